import { readFileSync } from "node:fs";
import { join, sep } from "node:path";
import createIgnore, { type Ignore } from "ignore";
import { ancestors } from "./project-root.ts";

/** As Git's `core.ignorecase` on these systems. */
const ignorecase = process.platform === "win32" || process.platform === "darwin";

/** The `.gitignore` files that count in a folder: its own and those above it. Immutable. */
export class IgnoreRules {
  static readonly none = new IgnoreRules(undefined, "", createIgnore());

  readonly #outer: IgnoreRules | undefined;
  readonly #prefix: string;
  readonly #patterns: Ignore;

  private constructor(outer: IgnoreRules | undefined, folder: string, patterns: Ignore) {
    this.#outer = outer;
    this.#prefix = folder.endsWith(sep) ? folder : folder + sep;
    this.#patterns = patterns;
  }

  /** These rules with those of a file in `folder` over them; unchanged when it cannot be read. */
  with(folder: string, file = ".gitignore"): IgnoreRules {
    try {
      const text = readFileSync(join(folder, file), "utf8");
      return new IgnoreRules(this, folder, createIgnore({ ignorecase }).add(text));
    } catch {
      return this;
    }
  }

  /** Whether an entry is ignored, given that the folder it stands in is not. The innermost file that says something wins. */
  ignores(path: string, isFolder: boolean): boolean {
    // The outermost holds no patterns.
    for (let rules: IgnoreRules = this; rules.#outer !== undefined; rules = rules.#outer) {
      const below = path.slice(rules.#prefix.length).split(sep).join("/");
      const verdict = rules.#patterns.test(isFolder ? `${below}/` : below);
      if (verdict.ignored) return true;
      if (verdict.unignored) return false;
    }
    return false;
  }
}

/**
 * The rules that count in `folder` by the files of `root` and the folders between the two; none where they ignore
 * it, for it was asked for by name.
 */
export function rulesAbove(root: string, folder: string): IgnoreRules {
  const chain = ancestors(folder);
  const between = chain.slice(0, chain.indexOf(root) + 1).reverse();
  let rules = IgnoreRules.none.with(root, join(".git", "info", "exclude"));
  for (const [i, at] of between.slice(0, -1).entries()) {
    rules = rules.with(at);
    const next = between[i + 1];
    if (next !== undefined && rules.ignores(next, true)) return IgnoreRules.none;
  }
  return rules;
}
