import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PEERS, withSchemas } from "./peers.ts";
import { best, type Run } from "./run.ts";
import { type Measured, mb, ms, type Row } from "./table.ts";

const CLI = fileURLToPath(new URL("../../server/bin/nines.mjs", import.meta.url));
const YAML_ALONE = fileURLToPath(new URL("yaml-alone.mjs", import.meta.url));
const TIMES = 3;

/** The whole command line on a folder, beside reading alone and other linters on the same files. */
export async function measureCli(folder: string): Promise<Measured> {
  const check = await best(TIMES, process.execPath, [CLI, "check", "--format", "json", folder]);
  const alone = await best(TIMES, process.execPath, [YAML_ALONE, folder]);
  const empty = await best(TIMES, process.execPath, ["-e", "0"]);
  const version = await best(TIMES, process.execPath, [CLI, "--version"]);
  const cached = await measureCached(folder);
  if (check === undefined || alone === undefined || empty === undefined)
    throw new Error("There is no Node.js to run.");
  if (check.code !== 0 && check.code !== 1)
    throw new Error(`nines check ended with ${check.code}: build it first.`);
  const { files, documents, findings } = JSON.parse(check.stdout);
  const rows = [
    row(
      "nines check",
      check,
      `${files} files, ${documents} documents, ${findings?.length} findings, exit ${check.code}`,
    ),
    row("yaml.parseAllDocuments alone", alone),
    row("node, doing nothing", empty),
    ...(version === undefined ? [] : [row("nines --version", version, "budget 80 ms")]),
    ...(cached === undefined
      ? []
      : [
          row(
            "nines check --cache, again",
            cached,
            `check takes ${(check.milliseconds / cached.milliseconds).toFixed(1)} times as long; at least 5 wanted`,
          ),
        ]),
  ];
  const ratios: Record<string, number> = {
    "check time / yaml alone": check.milliseconds / alone.milliseconds,
    ...(check.peak === undefined || alone.peak === undefined
      ? {}
      : { "check memory / yaml alone": check.peak / alone.peak }),
  };
  await withSchemas(async (schemas) => {
    for (const [name, args] of Object.entries(PEERS)) {
      const peer = await best(TIMES, name, args(folder, schemas));
      if (peer === undefined) continue;
      const share = (check.milliseconds / peer.milliseconds).toFixed(2);
      rows.push(row(name, peer, `exit ${peer.code}; check takes ${share} of its time`));
    }
  });
  return { rows, ratios };
}

/** A run that an earlier one answers. */
async function measureCached(folder: string): Promise<Run | undefined> {
  const cache = mkdtempSync(join(tmpdir(), "nines-bench-cache-"));
  const args = [CLI, "check", "--format", "json", "--cache", cache, folder];
  await best(1, process.execPath, args);
  const again = await best(TIMES, process.execPath, args);
  rmSync(cache, { recursive: true });
  return again;
}

function row(what: string, { milliseconds, peak }: Run, note = ""): Row {
  return { what, value: ms(milliseconds), note: `${mb(peak)}${note === "" ? "" : `; ${note}`}` };
}
