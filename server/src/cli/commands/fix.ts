import { encode, reasonOf } from "../../files/read.ts";
import { type Message, t } from "../../model/message.ts";
import type { Finding } from "../../rules/finding.ts";
import { identityOf } from "../../rules/identity.ts";
import { rules } from "../../rules/registry.generated.ts";
import { EXIT, UsageError } from "../errors.ts";
import { select } from "../files/select.ts";
import { displayPath } from "../files/uris.ts";
import { applyFixes } from "../fixing/apply.ts";
import { replaceFile } from "../fixing/write.ts";
import { load } from "../load.ts";
import { printable } from "../output/printable.ts";
import type { Terminal } from "../output/terminal.ts";
import type { CheckedFile, Project } from "../project.ts";
import { exitCodeOf, reportOf } from "../report.ts";
import { fixedList } from "../reporters/fixed.ts";
import { pretty, skippedLines } from "../reporters/pretty.ts";
import { summary } from "../reporters/summary.ts";
import { knownRule } from "./rule-ids.ts";

export interface FixOptions {
  readonly diff?: true;
  readonly rule?: readonly string[];
  readonly since?: string;
}

/** A file's content before and after, as it stands on the disk. */
interface Change {
  readonly file: CheckedFile;
  /** The text before, without its byte order mark. */
  readonly text: string;
  readonly before: string;
  readonly after: string;
}

/** `nines fix`: makes the preferred fixes, or shows them. Returns the exit code, which answers for what remains. */
export async function fix(
  paths: readonly string[],
  options: FixOptions,
  terminal: Terminal,
): Promise<number> {
  const { project, covers } = await projectToFix(paths, options, terminal.cwd);
  const texts = project.files.map((file) => project.source(file).text);
  const applied = applyFixes(project, covers);
  const changes = project.files.flatMap((file, i) =>
    changeOf(file, texts[i] ?? "", project.source(file).text),
  );

  const outcomes = options.diff ? [] : changes.map(write);
  const refused = outcomes.filter((outcome) => outcome.refusal !== undefined);
  // What could not be written is as it was, and so are its problems.
  for (const { file, text } of refused) project.change(file, text);
  const report = reportOf(project, terminal.cwd, { findings: project.findings().filter(covers) });
  process.exitCode = refused.length > 0 ? EXIT.failed : exitCodeOf(report, "error");
  if (options.diff) {
    // Nothing else on the standard output, so that it can be piped into `git apply`.
    terminal.out(await diffOf(changes, terminal));
    terminal.err(
      `${skippedLines(report, terminal)}${terminal.say(wouldFix(applied.length))}\n${summary(report, terminal)}\n`,
    );
  } else {
    terminal.out(
      fixedList(
        applied,
        outcomes.flatMap(({ file, refusal }) => (refusal === undefined ? [file] : [])),
        terminal,
      ),
    );
    pretty.write(report, terminal);
    terminal.err(refusedLines(refused, terminal));
  }
  return process.exitCode;
}

/** The files, and which of their findings are to be fixed. */
async function projectToFix(
  paths: readonly string[],
  { rule = [], since }: FixOptions,
  cwd: string,
): Promise<{ project: Project; covers: (finding: Finding) => boolean }> {
  const isWanted = wantedFindings(rule);
  const selection = select(cwd, paths);
  if (since === undefined) return { project: load(selection, { rules }), covers: isWanted };
  const { loadChanged } = await import("../changes/introduced.ts");
  const { project, introduced } = await loadChanged({ since }, selection, paths, cwd, { rules });
  // A fix moves the others: they are known again by what they are about.
  const key = (finding: Finding) => `${finding.document.uri} ${identityOf(finding)}`;
  const keys = new Set(introduced.map(key));
  return { project, covers: (finding) => keys.has(key(finding)) && isWanted(finding) };
}

function wantedFindings(ruleIds: readonly string[]): (finding: Finding) => boolean {
  const ids = rules.map((rule) => rule.id);
  const wanted = new Set(ruleIds.map((id) => knownRule(id, ids)));
  return wanted.size === 0 ? () => true : ({ ruleId }) => wanted.has(ruleId);
}

function changeOf(file: CheckedFile, before: string, after: string): Change[] {
  return before === after
    ? []
    : [{ file, text: before, before: encode(before, file.bom), after: encode(after, file.bom) }];
}

/** A change that was to be written. */
interface Outcome extends Change {
  /** Why it was not. */
  readonly refusal: Message | undefined;
}

function write(change: Change): Outcome {
  const { file, before, after } = change;
  try {
    replaceFile(file.path, before, after);
    return { ...change, refusal: undefined };
  } catch (error) {
    const refusal =
      error instanceof UsageError && error.sentences[0] !== undefined
        ? error.sentences[0]
        : t("It could not be written: {reason}.", { reason: reasonOf(error) });
    return { ...change, refusal };
  }
}

function refusedLines(refused: readonly Outcome[], { cwd, colors, say }: Terminal): string {
  if (refused.length === 0) return "";
  const lines = refused.map(
    ({ file, refusal }) =>
      `  ${colors.cyan(printable(displayPath(cwd, file.path)))} ${refusal === undefined ? "" : printable(say(refusal))}\n`,
  );
  return `\n${colors.bold(say(t("Not fixed, so what is reported of them above remains:")))}\n${lines.join("")}`;
}

async function diffOf(changes: readonly Change[], { cwd, colors }: Terminal): Promise<string> {
  const { unifiedDiff } = await import("../fixing/diff.ts");
  return changes
    .map(({ file, before, after }) => unifiedDiff(displayPath(cwd, file.path), before, after, colors))
    .join("");
}

function wouldFix(n: number): Message {
  return n === 1
    ? t("1 problem would be fixed; nothing was written.")
    : t("{n} problems would be fixed; nothing was written.", { n });
}
