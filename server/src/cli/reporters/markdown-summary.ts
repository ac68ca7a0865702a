import { rulePageUri } from "../../rules/pages.ts";
import { type Severity, severities } from "../../rules/severity.ts";
import { inEnglish } from "../output/language.ts";
import type { Report, ReportedFinding } from "../report.ts";
import { qualifiedName } from "./common.ts";

/** GitHub takes 1 MiB; nobody reads this many. */
const MAX_ROWS = 100;

/** A report as Markdown: how much of what, then the findings in a table, the most severe first. */
export function markdownSummary(report: Report): string {
  const { findings, skipped, files, documents, notes } = report;
  const lines = [
    "## Nines: high availability",
    "",
    `${counted(findings)} in ${documents} documents of ${files} files.`,
    "",
  ];
  for (const note of notes) lines.push(inEnglish(note), "");
  if (findings.length > 0) lines.push(...table(findings), "");
  if (skipped.length > 0) {
    lines.push("Not checked:", "");
    lines.push(
      ...skipped.slice(0, MAX_ROWS).map(({ file, reason }) => `- ${code(file)}: ${cell(inEnglish(reason))}`),
      "",
    );
  }
  return `${lines.join("\n")}\n`;
}

function counted(findings: readonly ReportedFinding[]): string {
  const parts = severities.flatMap((severity) => {
    const n = findings.filter((finding) => finding.severity === severity).length;
    return n === 0 ? [] : [`${n} ${NAMES[severity]}${n === 1 ? "" : "s"}`];
  });
  return parts.length === 0 ? "No problems" : `**${parts.join(", ")}**`;
}

const NAMES: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "suggestion" };

function table(findings: readonly ReportedFinding[]): string[] {
  const sorted = severities.flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity),
  );
  const rows = sorted
    .slice(0, MAX_ROWS)
    .map(({ severity, ruleId, place, resource, message, fix }) =>
      [
        NAMES[severity],
        `[${ruleId}](${rulePageUri(ruleId)})`,
        code(`${place.file}:${place.start.line + 1}`),
        code(qualifiedName(resource) ?? ""),
        `${cell(inEnglish(message))}${fix === undefined ? "" : " *Fixable with `nines fix`.*"}`,
      ].join(" | "),
    );
  const more = sorted.length - rows.length;
  return [
    "| | rule | where | resource | |",
    "|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
    ...(more > 0 ? ["", `… and ${more} more.`] : []),
  ];
}

/** Text from manifests must not become markup. */
function cell(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#!~]/g, "\\$&").replace(/\s+/g, " ");
}

function code(text: string): string {
  return text === ""
    ? ""
    : `<code>${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("|", "&#124;").replace(/\s+/g, " ")}</code>`;
}
