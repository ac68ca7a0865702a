import { l10n, type QuickPickItem, Range, ThemeColor, ThemeIcon, Uri, window, workspace } from "vscode";
import type { IntroducedFinding } from "../../../server/src/server/protocol.ts";
import { type BranchCheck, summaryOf } from "./branch-check.ts";

interface FindingItem extends QuickPickItem {
  readonly finding: IntroducedFinding;
}

/** So many changed files are named for a finding. */
const MAX_CAUSES = 3;

const ICONS: Readonly<Record<IntroducedFinding["severity"], ThemeIcon>> = {
  error: new ThemeIcon("error", new ThemeColor("problemsErrorIcon.foreground")),
  warning: new ThemeIcon("warning", new ThemeColor("problemsWarningIcon.foreground")),
  info: new ThemeIcon("info", new ThemeColor("problemsInfoIcon.foreground")),
};

/**
 * Lists what is new and opens what the user chooses; false when there is nothing. The list is a moment's: an edit
 * closes nothing, and the choice leads to where the finding stood.
 */
export async function listIntroduced(branch: BranchCheck): Promise<boolean> {
  const { comparison } = branch;
  const findings = comparison === undefined ? [] : await branch.introduced();
  if (comparison === undefined || findings.length === 0) return false;
  const options = { placeHolder: summaryOf(comparison), matchOnDescription: true, matchOnDetail: true };
  // Not awaited: the list is there, and whoever called is done.
  void window.showQuickPick(findings.map(itemOf), options).then((item) => item && open(item.finding));
  return true;
}

function itemOf(finding: IntroducedFinding): FindingItem {
  const { ruleId, severity, message, uri, range, about } = finding;
  const place = `${workspace.asRelativePath(Uri.parse(uri))}:${range.start.line + 1}`;
  const elsewhere = elsewhereOf(finding);
  return {
    finding,
    label: about === undefined ? ruleId : `${about}: ${ruleId}`,
    description: [place, elsewhere].filter((part) => part !== undefined).join(" · "),
    detail: message,
    iconPath: ICONS[severity],
  };
}

/** Where the change is that a finding comes from; undefined where that is its own file. */
function elsewhereOf({ isElsewhere, causes }: IntroducedFinding): string | undefined {
  if (!isElsewhere) return undefined;
  const names = causes.slice(0, MAX_CAUSES).map(({ uri, range }) => {
    const name = workspace.asRelativePath(Uri.parse(uri));
    return range === undefined ? l10n.t("{0} (gone)", name) : `${name}:${range.start.line + 1}`;
  });
  if (names.length === 0) return l10n.t("this file did not change, another did");
  const more = causes.length - names.length;
  const list = more > 0 ? l10n.t("{0} and {1} more", names.join(", "), more) : names.join(", ");
  return l10n.t("comes from the change of {0}", list);
}

async function open({ uri, range: { start, end } }: IntroducedFinding): Promise<void> {
  const selection = new Range(start.line, start.character, end.line, end.character);
  await window.showTextDocument(Uri.parse(uri), { selection });
}
