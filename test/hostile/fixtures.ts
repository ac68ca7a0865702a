import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesOf } from "../../server/src/testing/fixtures.ts";
import type { Files } from "../../server/src/testing/memory-workspace.ts";

const folder = fileURLToPath(new URL("../../server/src/rules/", import.meta.url));

/** The manifests that the rules care about: every fixture, by its file's name. */
export const fixtures: readonly { readonly name: string; readonly files: Files }[] = globSync(
  "*/*.{bad,good}.{yaml,json}",
  { cwd: folder },
)
  .sort()
  .map((path) => ({
    name: basename(path),
    files: filesOf(basename(path), readFileSync(join(folder, path), "utf8")),
  }));

/** How often the random tests run, as a multiple of the usual: `FUZZ_RUNS=20 node --test test/hostile`. */
export const fuzzRuns = Number(process.env.FUZZ_RUNS ?? 1);
