import { type Dirent, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { GitIgnore } from "./git-ignore.ts";
import { isManifestName, isSkippedFolder } from "./manifest-names.ts";

/** Whether a path relative to the walked folder, with `/`, is left out. */
export type Excludes = (path: string) => boolean;

/**
 * Finds the manifests below a folder: yields the paths found in one folder after the other, so that the
 * caller can do something else in between. Leaves out what `.gitignore` names and what `excludes` says.
 * Symbolic links are not followed: what they lead to is found where it stands. Folders that cannot be read
 * are passed to `unreadable`.
 */
export function* walkManifests(
  folder: string,
  excludes: Excludes = () => false,
  unreadable: (folder: string, error: unknown) => void = () => undefined,
): Generator<readonly string[]> {
  const pending: { path: string; git: GitIgnore }[] = [{ path: folder, git: GitIgnore.at(folder) }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path: at, git } = next;
    const kept = entriesIn(at, unreadable).filter((entry) => {
      const path = join(at, entry.name);
      return (
        !git.ignores(path, entry.isDirectory()) && !excludes(relative(folder, path).split(sep).join("/"))
      );
    });
    yield kept
      .filter((entry) => entry.isFile() && isManifestName(entry.name))
      .map(({ name }) => join(at, name));
    const folders = kept.filter((entry) => entry.isDirectory() && !isSkippedFolder(entry.name));
    for (const { name } of folders.reverse()) {
      const path = join(at, name);
      pending.push({ path, git: git.inside(path) });
    }
  }
}

/** In the order of their names, so that every system walks alike. */
function entriesIn(folder: string, unreadable: (folder: string, error: unknown) => void): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  } catch (error) {
    unreadable(folder, error);
    return [];
  }
}
