import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The command that is published. */
export const BIN = join(root, "server/bin/nines.mjs");
if (!existsSync(join(root, "server/dist/cli.mjs")))
  throw new Error("The command line is not built. Run `npm run build` first.");

/** What a run of the command did. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  /** The Node.js to run it with. */
  readonly node?: string;
  /** A command in front of it, with its arguments. */
  readonly through?: readonly string[];
}

/** Put in front of a command: root may read and write everything, unless it gives up the two capabilities that say so. */
export const mortal: readonly string[] =
  process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];

/** Runs the built command line as a user would, without colours unless the environment asks for them. */
export function nines(args: readonly string[], options: RunOptions = {}): Outcome {
  const { PATH = "", HOME = "" } = process.env;
  const [command = process.execPath, ...rest] = [
    ...(options.through ?? []),
    options.node ?? process.execPath,
    BIN,
  ];
  const { status, stdout, stderr, error } = spawnSync(command, [...rest, ...args], {
    cwd: options.cwd ?? root,
    input: options.input ?? "",
    // Nothing of the environment of whoever runs the tests: not its language, not its colours.
    env: { PATH, HOME, ...options.env },
    encoding: "utf8",
    timeout: 120_000,
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

/** The rules that these tests know; others come and go. */
const KNOWN = ["fault-left-in", "pdb-blocks-drain", "pdb-missing", "subset-unknown", "weights-sum"];

/** Lines of a `.nines.yaml` that switch off every rule but those that these tests know. */
export const KNOWN_RULES = `rules:\n${ruleIds()
  .filter((id) => !KNOWN.includes(id))
  .map((id) => `  ${id}: off\n`)
  .join("")}`;

/** The rules that were built in, which need not be those of the sources. */
function ruleIds(): string[] {
  const list = JSON.parse(nines(["rules", "--format", "json"]).stdout) as { rules: { id: string }[] }; // its own output
  return list.rules.map(({ id }) => id);
}

/**
 * A folder with these files (path below it -> content), removed after the tests. Returns its real path. A
 * `.nines.yaml` with the known rules is added; `undefined` instead of one leaves it out.
 */
export function folderOf(files: Readonly<Record<string, string | Buffer | undefined>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "nines-cli-")));
  after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries({ ".nines.yaml": KNOWN_RULES, ...files })) {
    if (content === undefined) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** The Node.js versions to test with: the one that runs the tests, and an older one of the machine where there is one. */
export function nodes(): { name: string; node: string }[] {
  const found = [{ name: process.version, node: process.execPath }];
  const candidates = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .flatMap((folder) => ["node20", "node"].map((name) => join(folder, name)))
    .filter((path) => existsSync(path));
  for (const node of candidates) {
    const name = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
    if (name.startsWith("v20.")) return [...found, { name, node }];
  }
  return found;
}

/** The finding as `--format json` prints it. */
export interface JsonFinding {
  readonly ruleId: string;
  readonly severity: string;
  readonly message: string;
  readonly file: string;
  readonly range: Record<"start" | "end", { readonly line: number; readonly column: number }>;
  readonly resource?: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly fixable: boolean;
  readonly causes?: readonly { readonly file: string; readonly line?: number }[];
}

/** The object that `--format json` prints. */
export interface JsonReport {
  readonly version: number;
  readonly files: number;
  readonly documents: number;
  readonly findings: readonly JsonFinding[];
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/** Runs `nines check --format json` and reads what it prints. */
export function checkJson(args: readonly string[], options: RunOptions = {}): JsonReport & Outcome {
  const outcome = nines(["check", "--format", "json", ...args], options);
  if (outcome.stdout === "") throw new Error(`no report: ${outcome.stderr}`);
  return { ...outcome, ...(JSON.parse(outcome.stdout) as JsonReport) }; // what the test is about
}

/** `file ruleId` of each finding. */
export function found(report: JsonReport): string[] {
  return report.findings.map(({ file, ruleId }) => `${file} ${ruleId}`);
}
