import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
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
  ];
  const ratios: Record<string, number> = {
    "check time / yaml alone": check.milliseconds / alone.milliseconds,
    ...(check.peak === undefined || alone.peak === undefined
      ? {}
      : { "check memory / yaml alone": check.peak / alone.peak }),
  };
  for (const [name, args] of Object.entries(PEERS)) {
    const peer = await best(TIMES, name, args(folder));
    if (peer === undefined) continue;
    rows.push(
      row(
        name,
        peer,
        `exit ${peer.code}; check takes ${(check.milliseconds / peer.milliseconds).toFixed(2)} of it`,
      ),
    );
  }
  return { rows, ratios };
}

/** Other programs over the same manifests, measured where they are installed. */
const PEERS: Readonly<Record<string, (folder: string) => readonly string[]>> = {
  kubeconform: (folder) => ["-ignore-missing-schemas", "-schema-location", folder, "-n", "4", folder],
  "kube-linter": (folder) => ["lint", folder],
  "kube-score": (folder) => ["score", "-o", "ci", ...manifestsBelow(folder)],
};

function manifestsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function row(what: string, { milliseconds, peak }: Run, note = ""): Row {
  return { what, value: ms(milliseconds), note: `${mb(peak)}${note === "" ? "" : `; ${note}`}` };
}
