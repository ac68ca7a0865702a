import { Command, Option } from "commander";
import { severities } from "../rules/severity.ts";
import type { CheckOptions } from "./commands/check.ts";
import type { ExportOptions } from "./commands/export.ts";
import type { FixOptions } from "./commands/fix.ts";
import type { ObjectivesFormat } from "./commands/objectives.ts";
import type { ListFormat } from "./commands/rules.ts";
import { addShift } from "./commands/shift-program.ts";
import type { SuggestOptions } from "./commands/suggest.ts";
import type { SurviveOptions } from "./commands/survive.ts";
import { processTerminal, type Terminal } from "./output/terminal.ts";
import { formats } from "./reporters/reporter.ts";

/** Runs a command with its arguments; a command's code is loaded when it runs. */
type Run = (command: (terminal: Terminal) => Promise<number>) => Promise<void>;

/** The command line: its commands, options and help. `done` receives a command's exit code. */
export function createProgram(version: string, done: (exitCode: number) => void): Command {
  const program = new Command("nines")
    .description(
      "High availability, checked where it is written: Kubernetes, Istio, etcd and recovery plans.",
    )
    .version(version, "--version", "print the version")
    .helpOption("--help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .option("--no-color", "print without colours (as does the variable NO_COLOR)")
    .exitOverride()
    // Said by whoever catches it, as a sentence and in the user's language.
    .configureOutput({ outputError: () => undefined });
  const run: Run = async (command) =>
    done(await command(await processTerminal(program.opts().color === true)));
  addCheck(program, run);
  addFix(program, run);
  addSuggest(program, run);
  addSurvive(program, run);
  addObjectives(program, run);
  addExplain(program, run);
  addRules(program, run);
  addExport(program, run);
  addShift(program, run);
  return program.addHelpText(
    "after",
    "\nExit codes: 0 clean, 1 findings at or above --fail-on (default: error), 2 usage or internal error.",
  );
}

function addCheck(program: Command, run: Run): void {
  program
    .command("check")
    .description("report what is not highly available")
    .argument("[path...]", "files and folders (default: the current folder)")
    .addOption(formatOption())
    .option("--config <file>", "use this configuration instead of the nearest .nines.yaml")
    .addOption(
      new Option("--fail-on <level>", "exit with 1 from this severity on")
        .choices(severities)
        .default("error"),
    )
    .option(
      "--rule <id=severity>",
      "set a rule's severity: off, info, warning or error (repeatable)",
      collect,
    )
    .option("--since <ref>", "only what the work since this branch, tag or commit brought about")
    .option("--staged", "only what the staged changes bring about (for a pre-commit hook)")
    .option("--baseline <file>", "leave out the findings that are written down in this file")
    .option("--write-baseline <file>", "write down the findings of this run, and accept them")
    .option("--render", "render Helm charts and build kustomizations, and check what comes out of them too")
    .option("--cache <folder>", "answer with what an earlier run said when nothing that decides it changed")
    .option("--stdin", "check the text from standard input")
    .option("--stdin-filename <name>", "the file that the text from standard input stands for")
    .action((paths: string[], options: CheckOptions) =>
      run(async (terminal) => {
        const check = async (to: Terminal) => {
          const { select } = await import("./files/select.ts");
          const selection = options.stdin === undefined ? select(to.cwd, paths, to.expect) : undefined;
          return (await import("./commands/check.ts")).check(paths, options, to, selection);
        };
        const { cache } = options;
        if (cache === undefined) return check(terminal);
        return (await import("./cache.ts")).cached(paths, { ...options, cache }, terminal, check);
      }),
    );
}

function addFix(program: Command, run: Run): void {
  program
    .command("fix")
    .description("make the fixes that are safe without a question")
    .argument("[path...]", "files and folders (default: the current folder)")
    .option("--diff", "print what would change and write nothing")
    .option("--rule <id>", "fix only what this rule finds (repeatable)", collect)
    .option("--since <ref>", "fix only what the work since this branch, tag or commit brought about")
    .action((paths: string[], options: FixOptions) =>
      run(async (terminal) => (await import("./commands/fix.ts")).fix(paths, options, terminal)),
    );
}

function addSuggest(program: Command, run: Run): void {
  program
    .command("suggest")
    .description("print the safe fixes of a change as suggestions for its review")
    .argument("[path...]", "files and folders (default: the current folder)")
    .requiredOption("--since <ref>", "the branch, tag or commit that the change began from")
    .addOption(new Option("--format <format>", "for whom").choices(["github"]).default("github"))
    .action((paths: string[], options: SuggestOptions) =>
      run(async (terminal) => (await import("./commands/suggest.ts")).suggest(paths, options, terminal)),
    );
}

function addSurvive(program: Command, run: Run): void {
  program
    .command("survive")
    .description(
      "say what is guaranteed to each workload when a node or zone is lost, in a drain and a rollout",
    )
    .argument("[path...]", "files and folders (default: the current folder)")
    .addOption(formatOption(LIST_FORMATS))
    .option("--render", "render Helm charts and build kustomizations, and tell of what comes out of them")
    .action((paths: string[], options: SurviveOptions) =>
      run(async (terminal) => (await import("./commands/survive.ts")).survive(paths, options, terminal)),
    );
}

function addObjectives(program: Command, run: Run): void {
  program
    .command("objectives")
    .description("compare what recovery plans promise (RTO, RPO) with what the configuration gives")
    .argument("<plan...>", "files with a DisasterRecoveryPlan")
    .addOption(formatOption(OBJECTIVE_FORMATS))
    .action((paths: string[], options: { format: ObjectivesFormat }) =>
      run(async (terminal) =>
        (await import("./commands/objectives.ts")).objectives(paths, options, terminal),
      ),
    );
}

function addExplain(program: Command, run: Run): void {
  program
    .command("explain")
    .description("explain a rule: why it matters, what to do, where it comes from")
    .argument("<rule-id>")
    .action((id: string) =>
      run(async (terminal) => (await import("./commands/explain.ts")).explain(id, terminal)),
    );
}

function addRules(program: Command, run: Run): void {
  program
    .command("rules")
    .description("list all rules")
    .addOption(formatOption(LIST_FORMATS))
    .action((options: { format: ListFormat }) =>
      run(async (terminal) => (await import("./commands/rules.ts")).rules(options.format, terminal)),
    );
}

function addExport(program: Command, run: Run): void {
  program
    .command("export")
    .description("write the rules that one object is enough for as policies for the API server")
    .requiredOption("--to <target>", "what to write: validating-admission-policy")
    .option(
      "--rule <id>",
      "only this rule, even where the configuration switches it off (repeatable)",
      collect,
    )
    .option("--action <action>", "Deny, Warn or Audit, instead of what each rule's severity comes to")
    .addOption(formatOption(["yaml"]).default("yaml"))
    .action((options: ExportOptions) =>
      run(async (terminal) => (await import("./commands/export.ts")).exportRules(options, terminal)),
    );
}

function formatOption(choices: readonly string[] = formats): Option {
  return new Option("--format <format>", "how to print it").choices(choices).default("pretty");
}

/** Of what is no report. Here, so that the command itself need not be loaded for `--help`. */
const LIST_FORMATS: readonly ListFormat[] = ["pretty", "json"];
const OBJECTIVE_FORMATS: readonly ObjectivesFormat[] = ["pretty", "json", "markdown"];

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
