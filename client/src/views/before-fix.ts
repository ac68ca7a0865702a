import {
  commands,
  type Disposable,
  l10n,
  type TextDocumentContentProvider,
  type Uri,
  workspace,
} from "vscode";

const SCHEME = "nines-before-fix";

/** Files as they were before they were fixed, so that what was done can be looked at. */
export class BeforeFix implements TextDocumentContentProvider {
  #texts = new Map<string, string>();
  #count = 0;

  constructor(subscriptions: Disposable[]) {
    subscriptions.push(workspace.registerTextDocumentContentProvider(SCHEME, this));
  }

  /** Keeps the files as they are now, until the next time. Returns what shows how they differ from then on. */
  async remember(uris: readonly Uri[]): Promise<() => Thenable<unknown>> {
    const texts = new Map<string, string>();
    const round = ++this.#count;
    const pairs = await Promise.all(
      uris.map(async (uri) => {
        const before = uri.with({ scheme: SCHEME, query: `${round}` });
        texts.set(before.toString(), (await workspace.openTextDocument(uri)).getText());
        return [uri, before, uri] as const;
      }),
    );
    this.#texts = texts;
    return () => commands.executeCommand("vscode.changes", l10n.t("Fixes of Nines"), pairs);
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.#texts.get(uri.toString()) ?? "";
  }
}
