import { t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import type { Severity } from "../../rules/severity.ts";
import { codeFrame } from "../output/code-frame.ts";
import { printable } from "../output/printable.ts";
import type { Colors, Terminal } from "../output/terminal.ts";
import type { Place, Report, ReportedFinding } from "../report.ts";
import type { Reporter } from "./reporter.ts";
import { summary } from "./summary.ts";

/** For people: every finding with its code, then a summary. */
export const pretty: Reporter = {
  tell(finding, terminal) {
    terminal.out(`${block(finding, terminal)}\n`);
  },
  write(report, terminal, told = false) {
    if (!told) for (const finding of report.findings) this.tell?.(finding, terminal);
    terminal.out(`${skippedLines(report, terminal)}${summary(report, terminal)}\n${notes(report, terminal)}`);
  },
};

/** How each severity looks. */
export function paint(severity: Severity, { red, yellow, blue, bold }: Colors): string {
  const color = { error: red, warning: yellow, info: blue }[severity];
  return bold(color(severity));
}

function block(
  { severity, ruleId, message, place, resource, related, causes, fix }: ReportedFinding,
  terminal: Terminal,
) {
  const { colors, say, columns } = terminal;
  const name = resource === undefined ? "" : `  ${colors.dim(nameOf(resource))}`;
  const lines = [
    `${colors.cyan(position(place))} ${paint(severity, colors)} ${colors.bold(ruleId)}${name}`,
    `  ${printable(say(message))}`,
    codeFrame(place, colors, columns).trimEnd(),
    ...related.map((other) => `  ${colors.cyan(position(other.place))} ${printable(say(other.message))}`),
  ];
  for (const { file, place: at, message: why } of causes)
    lines.push(`  ${colors.cyan(at === undefined ? printable(file) : position(at))} ${printable(say(why))}`);
  if (fix !== undefined) lines.push(`  ${colors.green("nines fix")}: ${printable(say(fix.title))}`);
  return `${lines.join("\n")}\n`;
}

/** As terminals and editors make links of it. */
function position({ file, start }: Place): string {
  return `${printable(file)}:${start.line + 1}:${start.character + 1}`;
}

/** A resource as people call it. */
export function nameOf({ kind, namespace, name }: Pick<Resource, "kind" | "namespace" | "name">): string {
  const path = [namespace, name].filter((part) => part !== undefined).join("/");
  return printable(`${kind} ${path}`.trim());
}

function notes({ notes }: Report, { say }: Terminal): string {
  return notes.map((note) => `${printable(say(note))}\n`).join("");
}

/** What was left out, and why; ends with an empty line where there is any. */
export function skippedLines({ skipped }: Pick<Report, "skipped">, { colors, say }: Terminal): string {
  if (skipped.length === 0) return "";
  const lines = skipped.map(
    ({ file, reason }) => `  ${colors.cyan(printable(file))} ${printable(say(reason))}`,
  );
  return `${colors.bold(say(t("Not checked:")))}\n${lines.join("\n")}\n\n`;
}
