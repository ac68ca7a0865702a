import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { CONFIG_NAME } from "../config/name.ts";

/** The folder, then each folder above it. */
export function ancestors(folder: string): string[] {
  const result = [folder];
  for (let at = folder; dirname(at) !== at; ) {
    at = dirname(at);
    result.push(at);
  }
  return result;
}

/**
 * The folder in whose files references resolve: the repository that `folder` is part of. A `.nines.yaml` marks
 * one where there is no repository only: inside one it holds settings for its part, and `nines check part`
 * must come to the same verdicts as `nines check .` above it. Undefined where neither is.
 */
export function projectRoot(folder: string): string | undefined {
  const chain = ancestors(folder);
  for (const mark of [".git", CONFIG_NAME]) {
    const found = chain.find((at) => existsSync(join(at, mark)));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The configurations in a folder and above it. */
export function configsAbove(folder: string): string[] {
  return ancestors(folder)
    .map((at) => join(at, CONFIG_NAME))
    .filter((path) => existsSync(path));
}
