import { l10n, ProgressLocation, type QuickPickItem, QuickPickItemKind, ThemeIcon, window } from "vscode";
import { type BranchCheck, summaryOf } from "../branch/branch-check.ts";
import { listIntroduced } from "../branch/list-introduced.ts";
import { chooseRepository } from "../git/choose-repository.ts";
import { REF, type Ref, type Repository } from "../git/git-api.ts";
import type { Command } from "./index.ts";

interface BaseItem extends QuickPickItem {
  /** Undefined: the user is to write a commit. */
  readonly ref?: string;
  readonly action?: "ask" | "stop";
}

const ICONS: Readonly<Record<number, string>> = {
  [REF.branch]: "git-branch",
  [REF.remoteBranch]: "cloud",
  [REF.tag]: "tag",
};

/** Compares the work with a branch, a tag or a commit that the user chooses, from now on, and lists what is new. */
export const checkChangesAgainst: Command = {
  id: "nines.checkChangesAgainst",
  async run({ branch }, argument) {
    const repository = await chooseRepository(argument);
    if (repository === undefined) return;
    const given = typeof argument === "string" ? argument : undefined;
    const chosen = given === undefined ? await chooseBase(repository, branch) : { label: given, ref: given };
    if (chosen?.action === "stop") return branch.forget();
    const ref = chosen?.action === "ask" ? await askForCommit() : chosen?.ref;
    if (ref !== undefined) await compare(branch, repository, ref);
  },
};

/** Compares and says what that came to. */
async function compare(branch: BranchCheck, repository: Repository, ref: string): Promise<void> {
  const title = l10n.t("Nines: comparing with {0}", ref);
  try {
    const isCancelled = await window.withProgress(
      { location: ProgressLocation.Notification, title, cancellable: true },
      async (_, token) => {
        await branch.choose(repository, ref, token);
        return token.isCancellationRequested;
      },
    );
    if (isCancelled) return;
  } catch (error) {
    void window.showErrorMessage(error instanceof Error ? error.message : String(error));
    return;
  }
  const { comparison } = branch;
  if (comparison === undefined)
    void window.showErrorMessage(
      l10n.t(
        "Nothing was compared, because the language server is not running. Run “Nines: Restart the Language Server”.",
      ),
    );
  else if (comparison.problem !== undefined) void window.showErrorMessage(comparison.problem);
  else if (!(await listIntroduced(branch))) void window.showInformationMessage(summaryOf(comparison));
}

async function chooseBase(repository: Repository, branch: BranchCheck): Promise<BaseItem | undefined> {
  const head = repository.state.HEAD?.name;
  const stop: BaseItem[] =
    branch.comparison === undefined
      ? []
      : [{ label: l10n.t("Stop comparing"), iconPath: new ThemeIcon("close"), action: "stop" }];
  const refs = repository.getRefs({ sort: "committerdate" }).then((all): BaseItem[] => [
    ...stop,
    {
      label: "HEAD",
      description: l10n.t("only what is not committed yet"),
      iconPath: new ThemeIcon("git-commit"),
      ref: "HEAD",
    },
    { label: l10n.t("A commit…"), iconPath: new ThemeIcon("edit"), action: "ask" },
    ...group(l10n.t("Branches"), all, REF.branch, head),
    ...group(l10n.t("Remote branches"), all, REF.remoteBranch, undefined),
    ...group(l10n.t("Tags"), all, REF.tag, undefined),
  ]);
  return window.showQuickPick(refs, {
    placeHolder: l10n.t("What did this work begin from? Findings that are new since then are shown."),
    matchOnDescription: true,
  });
}

function group(label: string, refs: readonly Ref[], type: number, current: string | undefined): BaseItem[] {
  const items = refs.flatMap(({ type: own, name, commit }): BaseItem[] =>
    own !== type || name === undefined || name === current || name.endsWith("/HEAD")
      ? []
      : [
          {
            label: name,
            description: commit?.slice(0, 8) ?? "",
            iconPath: new ThemeIcon(ICONS[type] ?? "git-commit"),
            ref: name,
          },
        ],
  );
  return items.length === 0 ? [] : [{ label, kind: QuickPickItemKind.Separator }, ...items];
}

async function askForCommit(): Promise<string | undefined> {
  const ref = await window.showInputBox({
    prompt: l10n.t("A commit, or anything that Git takes for one, such as HEAD~3"),
    validateInput: (text) =>
      /^\s*(?:-|$)/.test(text) ? l10n.t("Write the name or the beginning of a commit’s hash.") : undefined,
  });
  return ref?.trim();
}
