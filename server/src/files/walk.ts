import { type Dirent, readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { IgnoreRules, rulesAbove } from "./ignore-rules.ts";
import { isManifestName, isSkippedFolder } from "./manifest-names.ts";
import { projectRoot } from "./project-root.ts";

/** Whether a path relative to the walked folder, with `/`, is left out. */
export type Excludes = (path: string) => boolean;

/** Told about a folder that cannot be listed. */
export type Unreadable = (folder: string, error: unknown) => void;

/**
 * Finds the manifests below a folder: yields the paths found in one folder after the other, so that the caller
 * can do something else in between. Leaves out what `.gitignore` names and what `excludes` says. A link to a
 * folder is not followed, as in Git.
 */
export function* walkManifests(
  folder: string,
  excludes: Excludes,
  unreadable: Unreadable,
): Generator<readonly string[]> {
  const pending = [{ path: folder, outer: rulesOutside(folder) }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path: at, outer } = next;
    const entries = entriesIn(at, unreadable);
    const rules = entries.some(({ name }) => name === ".gitignore") ? outer.with(at) : outer;
    const kept = entries.filter((entry) => {
      const path = join(at, entry.name);
      return (
        !rules.ignores(path, entry.isDirectory()) && !excludes(relative(folder, path).split(sep).join("/"))
      );
    });
    yield kept.filter((entry) => isManifest(at, entry)).map(({ name }) => join(at, name));
    const folders = kept.filter((entry) => entry.isDirectory() && !isSkippedFolder(entry.name));
    for (const { name } of folders.reverse()) pending.push({ path: join(at, name), outer: rules });
  }
}

/** Whether `.gitignore` files leave out a file below `folder`, itself or one of the folders it lies in. */
export function isGitIgnored(folder: string, path: string): boolean {
  const segments = relative(folder, path).split(sep);
  let rules = rulesOutside(folder).with(folder);
  let at = folder;
  return segments.some((segment, i) => {
    at = join(at, segment);
    const isFolder = i < segments.length - 1;
    if (rules.ignores(at, isFolder)) return true;
    if (isFolder) rules = rules.with(at);
    return false;
  });
}

function rulesOutside(folder: string): IgnoreRules {
  const root = projectRoot(folder);
  return root === undefined ? IgnoreRules.none : rulesAbove(root, folder);
}

function isManifest(folder: string, entry: Dirent): boolean {
  if (!isManifestName(entry.name)) return false;
  return entry.isFile() || (entry.isSymbolicLink() && leadsToFile(join(folder, entry.name)));
}

function leadsToFile(link: string): boolean {
  return statSync(link, { throwIfNoEntry: false })?.isFile() === true;
}

/** In the order of their names, so that every system walks alike. */
function entriesIn(folder: string, unreadable: Unreadable): Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  } catch (error) {
    unreadable(folder, error);
    return [];
  }
}
