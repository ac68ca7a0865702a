import { Command, Option } from "commander";
import { t } from "../model/message.ts";
import { severities } from "../rules/severity.ts";
import type { CheckOptions } from "./commands/check.ts";
import type { ExportOptions } from "./commands/export.ts";
import type { FixOptions } from "./commands/fix.ts";
import type { ObjectivesFormat } from "./commands/objectives.ts";
import type { ListFormat } from "./commands/rules.ts";
import { addShift } from "./commands/shift-program.ts";
import type { SuggestOptions } from "./commands/suggest.ts";
import type { SurviveOptions } from "./commands/survive.ts";
import { speakHelp } from "./help.ts";
import type { Say } from "./output/language.ts";
import { processTerminal, type Terminal } from "./output/terminal.ts";
import { formats } from "./reporters/reporter.ts";

/** Runs a command with its arguments; a command's code is loaded when it runs. */
type Run = (command: (terminal: Terminal) => Promise<number>) => Promise<void>;

/** The command line: its commands, options and help. `done` receives a command's exit code. */
export function createProgram(version: string, say: Say, done: (exitCode: number) => void): Command {
  const program = new Command("nines")
    .description(
      say(t("High availability, checked where it is written: Kubernetes, Istio, etcd and recovery plans.")),
    )
    .version(version, "--version", say(t("print the version")))
    .helpOption("--help", say(t("print this help")))
    .helpCommand("help [command]", say(t("print the help of a command")))
    .option("--no-color", say(t("print without colours (as does the variable NO_COLOR)")))
    .exitOverride();
  speakHelp(program, say);
  const run: Run = async (command) =>
    done(await command(await processTerminal(program.opts().color === true)));
  addCheck(program, run, say);
  addFix(program, run, say);
  addSuggest(program, run, say);
  addSurvive(program, run, say);
  addObjectives(program, run, say);
  addExplain(program, run, say);
  addRules(program, run, say);
  addExport(program, run, say);
  addShift(program, run, say);
  return program.addHelpText(
    "after",
    `\n${say(t("Exit codes: 0 clean, 1 findings at or above --fail-on (default: error), 2 usage or internal error."))}`,
  );
}

function addCheck(program: Command, run: Run, say: Say): void {
  program
    .command("check")
    .description(say(t("report what is not highly available")))
    .argument("[path...]", say(t("files and folders (default: the current folder)")))
    .addOption(formatOption(say))
    .option("--config <file>", say(t("use this configuration instead of the nearest .nines.yaml")))
    .addOption(
      new Option("--fail-on <level>", say(t("exit with 1 from this severity on")))
        .choices(severities)
        .default("error"),
    )
    .option(
      "--rule <id=severity>",
      say(t("set a rule's severity: off, info, warning or error (repeatable)")),
      collect,
    )
    .option("--since <ref>", say(t("only what the work since this branch, tag or commit brought about")))
    .option("--staged", say(t("only what the staged changes bring about (for a pre-commit hook)")))
    .option("--baseline <file>", say(t("leave out the findings that are written down in this file")))
    .option("--write-baseline <file>", say(t("write down the findings of this run, and accept them")))
    .option(
      "--render",
      say(t("render Helm charts and build kustomizations, and check what comes out of them too")),
    )
    .option(
      "--cache <folder>",
      say(t("answer with what an earlier run said when nothing that decides it changed")),
    )
    .option("--stdin", say(t("check the text from standard input")))
    .option("--stdin-filename <name>", say(t("the file that the text from standard input stands for")))
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

function addFix(program: Command, run: Run, say: Say): void {
  program
    .command("fix")
    .description(say(t("make the fixes that are safe without a question")))
    .argument("[path...]", say(t("files and folders (default: the current folder)")))
    .option("--diff", say(t("print what would change and write nothing")))
    .option("--rule <id>", say(t("fix only what this rule finds (repeatable)")), collect)
    .option("--since <ref>", say(t("fix only what the work since this branch, tag or commit brought about")))
    .action((paths: string[], options: FixOptions) =>
      run(async (terminal) => (await import("./commands/fix.ts")).fix(paths, options, terminal)),
    );
}

function addSuggest(program: Command, run: Run, say: Say): void {
  program
    .command("suggest")
    .description(say(t("print the safe fixes of a change as suggestions for its review")))
    .argument("[path...]", say(t("files and folders (default: the current folder)")))
    .requiredOption("--since <ref>", say(t("the branch, tag or commit that the change began from")))
    .addOption(new Option("--format <format>", say(t("for whom"))).choices(["github"]).default("github"))
    .action((paths: string[], options: SuggestOptions) =>
      run(async (terminal) => (await import("./commands/suggest.ts")).suggest(paths, options, terminal)),
    );
}

function addSurvive(program: Command, run: Run, say: Say): void {
  program
    .command("survive")
    .description(
      say(t("say what is guaranteed to each workload when a node or zone is lost, in a drain and a rollout")),
    )
    .argument("[path...]", say(t("files and folders (default: the current folder)")))
    .addOption(formatOption(say, LIST_FORMATS))
    .option(
      "--render",
      say(t("render Helm charts and build kustomizations, and tell of what comes out of them")),
    )
    .action((paths: string[], options: SurviveOptions) =>
      run(async (terminal) => (await import("./commands/survive.ts")).survive(paths, options, terminal)),
    );
}

function addObjectives(program: Command, run: Run, say: Say): void {
  program
    .command("objectives")
    .description(say(t("compare what recovery plans promise (RTO, RPO) with what the configuration gives")))
    .argument("<plan...>", say(t("files with a DisasterRecoveryPlan")))
    .addOption(formatOption(say, OBJECTIVE_FORMATS))
    .action((paths: string[], options: { format: ObjectivesFormat }) =>
      run(async (terminal) =>
        (await import("./commands/objectives.ts")).objectives(paths, options, terminal),
      ),
    );
}

function addExplain(program: Command, run: Run, say: Say): void {
  program
    .command("explain")
    .description(say(t("explain a rule: why it matters, what to do, where it comes from")))
    .argument("<rule-id>")
    .action((id: string) =>
      run(async (terminal) => (await import("./commands/explain.ts")).explain(id, terminal)),
    );
}

function addRules(program: Command, run: Run, say: Say): void {
  program
    .command("rules")
    .description(say(t("list all rules")))
    .addOption(formatOption(say, LIST_FORMATS))
    .action((options: { format: ListFormat }) =>
      run(async (terminal) => (await import("./commands/rules.ts")).rules(options.format, terminal)),
    );
}

function addExport(program: Command, run: Run, say: Say): void {
  program
    .command("export")
    .description(say(t("write the rules that one object is enough for as policies for the API server")))
    .requiredOption("--to <target>", say(t("what to write: validating-admission-policy")))
    .option(
      "--rule <id>",
      say(t("only this rule, even where the configuration switches it off (repeatable)")),
      collect,
    )
    .option("--action <action>", say(t("Deny, Warn or Audit, instead of what each rule's severity comes to")))
    .addOption(formatOption(say, ["yaml"]).default("yaml"))
    .action((options: ExportOptions) =>
      run(async (terminal) => (await import("./commands/export.ts")).exportRules(options, terminal)),
    );
}

function formatOption(say: Say, choices: readonly string[] = formats): Option {
  return new Option("--format <format>", say(t("how to print it"))).choices(choices).default("pretty");
}

/** Of what is no report. Here, so that the command itself need not be loaded for `--help`. */
const LIST_FORMATS: readonly ListFormat[] = ["pretty", "json"];
const OBJECTIVE_FORMATS: readonly ObjectivesFormat[] = ["pretty", "json", "markdown"];

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
