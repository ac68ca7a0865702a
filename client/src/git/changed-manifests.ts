import { type Uri, workspace } from "vscode";
import { isManifest } from "../file-requests.ts";
import { type Change, type Repository, STATUS } from "./git-api.ts";

/** A manifest or configuration that differs from a commit; undefined where it was not there, or is not. */
export interface ManifestChange {
  readonly before: Uri | undefined;
  readonly after: Uri | undefined;
}

/**
 * The manifests of a repository that are not as a commit has them: on the disk, staged or not, not known to Git yet, or
 * not saved yet.
 */
export async function changesSince(repository: Repository, commit: string): Promise<ManifestChange[]> {
  const { state } = repository;
  // Before the first commit there is nothing to differ from.
  const tracked = state.HEAD?.commit === undefined ? state.indexChanges : await repository.diffWith(commit);
  const changes = new Map<string, ManifestChange>();
  const add = (change: ManifestChange) => {
    const { before, after } = change;
    const key = (after ?? before)?.toString();
    if (key !== undefined && !changes.has(key) && [before, after].some(isManifestUri))
      changes.set(key, change);
  };
  for (const change of tracked) add(manifestChange(change));
  for (const { uri, status } of [...state.workingTreeChanges, ...(state.untrackedChanges ?? [])])
    if (status === STATUS.untracked) add({ before: undefined, after: uri });
  for (const { uri, isDirty } of workspace.textDocuments)
    if (isDirty && isIn(repository, uri)) add({ before: uri, after: uri });
  return [...changes.values()];
}

/** Whether any manifest of a repository differs from its last commit, as far as Git has looked. */
export function hasChanges({ state }: Repository): boolean {
  return [
    ...state.indexChanges,
    ...state.workingTreeChanges,
    ...(state.untrackedChanges ?? []),
    ...state.mergeChanges,
  ].some(({ uri }) => isManifestUri(uri));
}

/** Whether a file lies in a repository. */
export function isIn({ rootUri }: Repository, { scheme, path }: Uri): boolean {
  return scheme === rootUri.scheme && path.startsWith(`${rootUri.path.replace(/\/$/, "")}/`);
}

function manifestChange({ uri, originalUri, renameUri, status }: Change): ManifestChange {
  const isGone = status === STATUS.deleted || status === STATUS.indexDeleted;
  const isNew = status === STATUS.indexAdded || status === STATUS.indexCopied;
  return {
    before: isNew ? undefined : originalUri,
    after: isGone ? undefined : (renameUri ?? uri),
  };
}

function isManifestUri(uri: Uri | undefined): boolean {
  return uri !== undefined && isManifest(uri.path.slice(uri.path.lastIndexOf("/") + 1));
}
