import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ignore, { type Ignore } from "ignore";

/** One `.gitignore` and the folder it stands in. */
interface Level {
  readonly folder: string;
  readonly rules: Ignore;
}

/**
 * What `.gitignore` files say. Those in a folder's parents count too, up to the repository's root; a deeper
 * file wins over a higher one, and nothing below an ignored folder can be taken back (gitignore(5)).
 */
export class GitIgnore {
  readonly #levels: readonly Level[];

  private constructor(levels: readonly Level[]) {
    this.#levels = levels;
  }

  /** What counts inside a folder, when nothing is known about its parents. */
  static at(folder: string): GitIgnore {
    const folders = [folder];
    for (let at = folder; !existsSync(join(at, ".git")); ) {
      const parent = dirname(at);
      // No repository: only what stands in the folder itself counts.
      if (parent === at) return new GitIgnore([]).inside(folder);
      folders.unshift(parent);
      at = parent;
    }
    return folders.reduce((all, each) => all.inside(each), new GitIgnore([]));
  }

  /** What counts inside a subfolder. */
  inside(folder: string): GitIgnore {
    const text = readText(join(folder, ".gitignore"));
    if (text === undefined) return this;
    return new GitIgnore([
      ...this.#levels,
      { folder, rules: ignore({ allowRelativePaths: true }).add(text) },
    ]);
  }

  /** Whether a file or folder directly inside the folder at hand is ignored. */
  ignores(path: string, isFolder: boolean): boolean {
    for (let i = this.#levels.length - 1; i >= 0; i--) {
      const level = this.#levels[i];
      if (level === undefined) continue;
      const name = relative(level.folder, path).split(sep).join("/");
      const { ignored, unignored } = level.rules.test(isFolder ? `${name}/` : name);
      if (ignored || unignored) return ignored;
    }
    return false;
  }
}

/** Whether `.gitignore` files leave out a file below `folder`, itself or one of the folders it lies in. */
export function isGitIgnored(folder: string, path: string): boolean {
  const segments = relative(folder, path).split(sep);
  let git = GitIgnore.at(folder);
  let at = folder;
  return segments.some((segment, i) => {
    at = join(at, segment);
    const isFolder = i < segments.length - 1;
    if (git.ignores(at, isFolder)) return true;
    if (isFolder) git = git.inside(at);
    return false;
  });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
