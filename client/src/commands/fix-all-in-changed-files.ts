import {
  type CancellationToken,
  l10n,
  languages,
  ProgressLocation,
  type Uri,
  window,
  workspace,
} from "vscode";
import type { LanguageClient, WorkspaceEdit } from "vscode-languageclient/node";
import { type FixAllOutcome, type FixAllParams, METHODS } from "../../../server/src/server/protocol.ts";
import type { BranchCheck } from "../branch/branch-check.ts";
import { changesSince } from "../git/changed-manifests.ts";
import { openRepositories, rootOf } from "../git/choose-repository.ts";
import type { Repository } from "../git/git-api.ts";
import { documentSelector } from "../language-client.ts";
import type { BeforeFix } from "../views/before-fix.ts";
import type { Command } from "./index.ts";

/** Somebody may type while the fixes are made; then they are made again. */
const ATTEMPTS = 4;

type Outcome = FixAllOutcome<WorkspaceEdit>;

/** Makes every safe fix of the files that differ from the base, else from the last commit, as one edit. */
export const fixAllInChangedFiles: Command = {
  id: "nines.fixAllInChangedFiles",
  async run({ client, branch, beforeFix }, argument) {
    const repositories = await openRepositories();
    if (repositories.length === 0) return;
    const root = rootOf(argument)?.toString();
    const wanted = repositories.filter(({ rootUri }) => root === undefined || rootUri.toString() === root);
    try {
      await window.withProgress(
        {
          location: ProgressLocation.Notification,
          title: l10n.t("Nines: fixing changed files"),
          cancellable: true,
        },
        (_, token) => fixAll(client, beforeFix, () => changedFiles(wanted, branch), token),
      );
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      void window.showErrorMessage(
        l10n.t("The changed files were not fixed, and none was changed: {0}", reason),
      );
    }
  },
};

async function fixAll(
  client: LanguageClient,
  beforeFix: BeforeFix,
  changed: () => Promise<Uri[]>,
  token: CancellationToken,
): Promise<void> {
  const files = await changed();
  if (files.length === 0) {
    void window.showInformationMessage(l10n.t("No manifest has changed, so there is nothing to fix."));
    return;
  }
  const outcome = await settledOutcome(client, files, token);
  if (outcome === undefined || token.isCancellationRequested) return;
  const edit = await client.protocol2CodeConverter.asWorkspaceEdit(outcome.edit);
  const uris = edit?.entries().map(([uri]) => uri) ?? [];
  const show = edit === undefined ? undefined : await beforeFix.remember(uris);
  if (edit !== undefined && !(await workspace.applyEdit(edit, { isRefactoring: true })))
    throw new Error(l10n.t("VS Code refused the edit. Check whether a file is read-only, then try again."));
  // Not awaited: the fixes are made when the message is there.
  void tell(outcome, files.length, show);
}

/** Says what was done and what is left to do. */
async function tell(
  { fixed, files, remaining }: Outcome,
  changed: number,
  show: (() => Thenable<unknown>) | undefined,
): Promise<void> {
  const left =
    remaining === 0
      ? l10n.t("Nothing else is found in the changed files.")
      : remaining === 1
        ? l10n.t("1 finding remains, which needs a decision of yours.")
        : l10n.t("{0} findings remain, which need a decision of yours.", remaining);
  if (show === undefined) {
    void window.showInformationMessage(
      `${l10n.t("No safe fix applies to the changed files ({0}).", changed)} ${left}`,
    );
    return;
  }
  const action = l10n.t("Show Changes");
  if ((await window.showInformationMessage(`${fixedText(fixed, files)} ${left}`, action)) === action)
    await show();
}

function fixedText(fixed: number, files: number): string {
  if (fixed === 1) return l10n.t("Fixed 1 problem in 1 file.");
  if (files === 1) return l10n.t("Fixed {0} problems in 1 file.", fixed);
  return l10n.t("Fixed {0} problems in {1} files.", fixed, files);
}

/** The outcome against the very texts that are in the editor. Undefined when it is not wanted any more. */
async function settledOutcome(
  client: LanguageClient,
  files: readonly Uri[],
  token: CancellationToken,
): Promise<Outcome | undefined> {
  const left = new Set(files.map((uri) => client.code2ProtocolConverter.asUri(uri)));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const params: FixAllParams = { files: [...left] };
    const outcome = await client.sendRequest<Outcome | null>(METHODS.fixAll, params, token);
    if (outcome === null || token.isCancellationRequested) return undefined;
    if (await isCurrent(client, outcome, left)) return outcome;
  }
  throw new Error(l10n.t("The files kept changing meanwhile. Try again when nothing writes to them."));
}

/**
 * Whether the edit was made for what is there. Opens its files, so that the server knows each version for certain; one
 * in a language of which it is told nothing is taken out of `files`.
 */
async function isCurrent(client: LanguageClient, { edit }: Outcome, files: Set<string>): Promise<boolean> {
  let isSame = true;
  for (const change of edit?.documentChanges ?? []) {
    if (!("textDocument" in change)) continue;
    const { uri, version } = change.textDocument;
    const document = await workspace.openTextDocument(client.protocol2CodeConverter.asUri(uri));
    if (languages.match(documentSelector(), document) === 0) files.delete(uri);
    isSame &&= document.version === version;
  }
  return isSame;
}

async function changedFiles(repositories: readonly Repository[], branch: BranchCheck): Promise<Uri[]> {
  const bases = await branch.bases();
  const changes = await Promise.all(
    repositories.map(async (repository) => {
      await repository.status();
      const base = bases.find(
        ({ repository: { rootUri } }) => rootUri.toString() === repository.rootUri.toString(),
      );
      return changesSince(repository, base?.commit ?? "HEAD");
    }),
  );
  return changes.flat().flatMap(({ after }) => after ?? []);
}
