import { type FileDecoration, type FileDecorationProvider, l10n, ThemeColor, Uri } from "vscode";

const SCHEME = "nines-new";

/** What a row stands for that holds so many new findings; a badge is drawn beside it. Undefined for none. */
export function newMark(count: number): Uri | undefined {
  return count === 0 ? undefined : Uri.from({ scheme: SCHEME, path: `/${count}` });
}

/** Marks rows with findings that were not there before, as Git marks files. */
export class NewMarks implements FileDecorationProvider {
  provideFileDecoration({ scheme, path }: Uri): FileDecoration | undefined {
    if (scheme !== SCHEME) return undefined;
    const count = Number(path.slice(1));
    return {
      badge: count > 9 ? "9+" : `${count}`,
      tooltip: count === 1 ? l10n.t("1 finding is new") : l10n.t("{0} findings are new", count),
      color: new ThemeColor("gitDecoration.untrackedResourceForeground"),
    };
  }
}
