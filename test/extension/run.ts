/**
 * Runs the extension's tests in real VS Code: once in a trusted window, once in restricted mode.
 * Usage: node test/extension/run.ts [FOLDER_OF_THE_EXTENSION]
 * NINES_ONLY=TEXT runs only the tests whose name contains it.
 * NINES_VERBOSE=1 shows what VS Code itself prints; it is shown anyway when a test fails.
 */
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { chooseVSCode, type VSCodeExecutable } from "../vscode/choose.ts";
import { lastLines, runCommand } from "../vscode/command.ts";
import { makeProfile, type Profile } from "../vscode/user-data.ts";
import { type Outcome, printOutcomes, readOutcomes, wasCutShort } from "./reports.ts";
import { makeRepository } from "./repository.ts";
import { ENV } from "./suite/report.ts";

const HERE = import.meta.dirname;
const EXTENSION = resolve(process.argv[2] ?? join(HERE, "..", ".."));

type Run = { name: "trusted" | "restricted"; start: (launch: Launch) => Promise<string> };
type Launch = { vscode: VSCodeExecutable; args: string[]; tests: string; env: Record<string, string> };

const RUNS: Run[] = [
  { name: "trusted", start: startTrusted },
  { name: "restricted", start: startRestricted },
];

async function main(): Promise<boolean> {
  const vscode = await chooseVSCode(console.log);
  const outcomes: Outcome[] = [];
  for (const run of RUNS) {
    const first = await runOnce(run, vscode);
    if (wasCutShort(first)) console.log(`VS Code ended before all ${run.name} tests had run. Once more:`);
    outcomes.push(...(wasCutShort(first) ? await runOnce(run, vscode) : first));
  }
  return printOutcomes(outcomes);
}

async function runOnce(run: Run, vscode: VSCodeExecutable): Promise<Outcome[]> {
  const profile = await makeProfile({ "git.enabled": run.name === "trusted" });
  try {
    const workspace = await copyFixture(profile, run.name);
    const reports = join(profile.root, "reports");
    const log = await run.start({
      vscode,
      args: [
        workspace,
        `--user-data-dir=${profile.userDataDir}`,
        `--extensions-dir=${profile.extensionsDir}`,
      ],
      tests: await bundle(run.name, profile),
      env: { ...vscode.env, [ENV.reports]: reports, [ENV.expected]: join(HERE, "expected") },
    });
    const outcomes = await readOutcomes(reports, run.name);
    const failed = outcomes.some(({ state }) => state === "failed");
    if (failed || process.env.NINES_VERBOSE) console.log(lastLines(log, 200));
    return outcomes;
  } finally {
    await profile.remove();
  }
}

/** Starts VS Code as every extension's tests do and returns what it printed, whether tests failed or not. */
async function startTrusted({ vscode, args, tests, env }: Launch): Promise<string> {
  const output = new PassThrough();
  const log = text(output);
  await runTests({
    vscodeExecutablePath: vscode.path,
    extensionDevelopmentPath: EXTENSION,
    extensionTestsPath: tests,
    launchArgs: args,
    extensionTestsEnv: env,
    stdout: output,
    stderr: output,
  }).catch((error: unknown) => output.write(`${error}\n`));
  output.end();
  return log;
}

/** The same without `--disable-workspace-trust`, which `runTests` cannot leave out. */
async function startRestricted({ vscode, args, tests, env }: Launch): Promise<string> {
  const all = [
    ...args,
    ...[
      "--no-sandbox",
      "--disable-gpu-sandbox",
      "--disable-updates",
      "--skip-welcome",
      "--skip-release-notes",
    ],
    `--extensionDevelopmentPath=${EXTENSION}`,
    `--extensionTestsPath=${tests}`,
  ];
  return runCommand(vscode.path, all, { env: { ...process.env, ...env }, timeoutSeconds: 600 }).catch(String);
}

/** A copy that the tests may change. In restricted mode it tries to switch the extension off. */
async function copyFixture(profile: Profile, run: Run["name"]): Promise<string> {
  const workspace = join(profile.root, "workspace");
  await cp(join(HERE, "fixture"), workspace, { recursive: true });
  if (run === "trusted") await makeRepository(join(workspace, "branch"));
  if (run === "restricted") {
    await mkdir(join(workspace, ".vscode"));
    await writeFile(join(workspace, ".vscode", "settings.json"), JSON.stringify({ "nines.enable": false }));
  }
  return workspace;
}

async function bundle(entry: string, profile: Profile): Promise<string> {
  const outfile = join(profile.root, "tests.js");
  await build({
    entryPoints: [join(HERE, "suite", `${entry}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["vscode"],
    sourcemap: "inline",
    logLevel: "warning",
  });
  return outfile;
}

process.exitCode = (await main()) ? 0 : 1;
