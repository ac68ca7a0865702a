import { resolve } from "node:path";
import { decode } from "../../files/read.ts";
import { t } from "../../model/message.ts";
import { rules } from "../../rules/registry.generated.ts";
import type { Severity } from "../../rules/severity.ts";
import { UsageError } from "../errors.ts";
import { type Selection, select, selectFile, selectText } from "../files/select.ts";
import { load } from "../load.ts";
import type { Terminal } from "../output/terminal.ts";
import { exitCodeOf, reportOf } from "../report.ts";
import { type Format, reporters } from "../reporters/reporter.ts";
import { severityOverrides } from "./rule-ids.ts";

export interface CheckOptions {
  readonly format: Format;
  readonly config?: string;
  readonly failOn: Severity;
  readonly rule?: readonly string[];
  readonly stdin?: true;
  readonly stdinFilename?: string;
}

/** `nines check`: reports what is wrong. Returns the exit code. */
export async function check(
  paths: readonly string[],
  options: CheckOptions,
  terminal: Terminal,
): Promise<number> {
  const { cwd } = terminal;
  const overlay = { rules: severityOverrides(options.rule ?? [], rules) };
  const config = options.config === undefined ? undefined : resolve(cwd, options.config);
  const { selection, given } = await input(paths, options, cwd);
  const report = reportOf(load(selection, { rules, overlay, config, given }), cwd);
  const reporter = await reporters[options.format]();
  // Before anything is written: whoever reads it may stop reading.
  process.exitCode = exitCodeOf(report, options.failOn);
  reporter.write(report, terminal);
  return process.exitCode;
}

async function input(
  paths: readonly string[],
  { stdin, stdinFilename }: CheckOptions,
  cwd: string,
): Promise<{ selection: Selection; given: ReadonlyMap<string, string> }> {
  if (stdin === undefined) {
    if (stdinFilename !== undefined)
      throw new UsageError(t("--stdin-filename says where the text of --stdin belongs. Add --stdin."));
    return { selection: select(cwd, paths.length === 0 ? ["."] : paths), given: new Map() };
  }
  if (paths.length > 0)
    throw new UsageError(t("--stdin checks the text that is piped in. Leave out the paths, or --stdin."));
  const path = resolve(cwd, stdinFilename ?? "<stdin>");
  // Text without a place, such as the output of `kustomize build`, is all there is; with one, it is part of its project.
  const selection = stdinFilename === undefined ? selectText(path) : selectFile(path);
  return { selection, given: new Map([[path, await readStdin()]]) };
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  const outcome = decode(Buffer.concat(chunks));
  if ("text" in outcome) return outcome.text;
  throw new UsageError(t("The text from standard input cannot be checked."), outcome.problem);
}
