import { type Event, extensions, l10n, type Uri, workspace } from "vscode";

/** The parts that Nines uses of what VS Code's own Git extension offers (its API, version 1). */
export interface GitApi {
  readonly state: "uninitialized" | "initialized";
  readonly onDidChangeState: Event<string>;
  readonly repositories: readonly Repository[];
  readonly onDidOpenRepository: Event<Repository>;
  readonly onDidCloseRepository: Event<Repository>;
  getRepository(uri: Uri): Repository | null;
}

export interface Repository {
  readonly rootUri: Uri;
  readonly state: RepositoryState;
  /** Looks at the files again. */
  status(): Promise<void>;
  /** What differs between a commit and the tracked files on the disk. */
  diffWith(ref: string): Promise<readonly Change[]>;
  /** The text of a file in a commit; fails where it has none. */
  show(ref: string, path: string): Promise<string>;
  getObjectDetails(ref: string, path: string): Promise<{ readonly size: number }>;
  getMergeBase(ref: string, other: string): Promise<string | undefined>;
  getRefs(query: { readonly sort?: "committerdate" }): Promise<readonly Ref[]>;
}

export interface RepositoryState {
  readonly HEAD: { readonly name?: string; readonly commit?: string } | undefined;
  readonly indexChanges: readonly Change[];
  readonly workingTreeChanges: readonly Change[];
  /** Where the setting `git.untrackedChanges` keeps them apart. */
  readonly untrackedChanges?: readonly Change[];
  readonly mergeChanges: readonly Change[];
  readonly onDidChange: Event<void>;
}

export interface Change {
  readonly uri: Uri;
  readonly originalUri: Uri;
  readonly renameUri: Uri | undefined;
  readonly status: number;
}

export interface Ref {
  readonly type: number;
  readonly name?: string;
  readonly commit?: string;
}

/** `Change.status`, as far as it matters here. */
export const STATUS = { indexAdded: 1, indexDeleted: 2, indexCopied: 4, deleted: 6, untracked: 7 } as const;
/** `Ref.type`. */
export const REF = { branch: 0, remoteBranch: 1, tag: 2 } as const;

/** How long Git may take to look around at the start, in milliseconds. */
const PATIENCE_MS = 20_000;

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

/** VS Code's Git. Nothing is run by Nines itself; undefined where there is none. */
export async function gitApi(): Promise<GitApi | undefined> {
  const extension = extensions.getExtension<GitExtension>("vscode.git");
  if (extension === undefined) return undefined;
  const git = await extension.activate();
  if (!git.enabled) return undefined;
  const api = git.getAPI(1);
  await initialized(api);
  return api;
}

/** Why nothing is known about changes, and what to do. */
export function whyNoRepository(): string {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length > 0 && folders.every(({ uri }) => uri.scheme !== "file"))
    return l10n.t(
      "Changes are found with the Git of VS Code, which does not see the files of a virtual workspace. Clone the repository and open its folder.",
    );
  if (!workspace.isTrusted)
    return l10n.t(
      "Changes are found with the Git of VS Code, which is switched off in Restricted Mode. Trust this workspace, then try again.",
    );
  const extension = extensions.getExtension<GitExtension>("vscode.git");
  if (extension === undefined || (extension.isActive && !extension.exports.enabled))
    return l10n.t(
      "Changes are found with the Git of VS Code, which is switched off or finds no Git. Look at the setting “git.enabled”, and install Git if it is missing.",
    );
  return l10n.t(
    "No Git repository is open, so nothing is known about changes. Open the folder of a repository, or run “Git: Initialize Repository”.",
  );
}

function initialized(api: GitApi): Promise<void> {
  if (api.state === "initialized") return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      subscription.dispose();
      resolve();
    };
    const timer = setTimeout(done, PATIENCE_MS);
    const subscription = api.onDidChangeState((state) => {
      if (state === "initialized") done();
    });
  });
}
