import { render } from "../../server/src/model/message.ts";
import type { Finding } from "../../server/src/rules/finding.ts";
import { pathOf, type Verdict } from "./verdicts-corpus.ts";

const CONTEXT = 3;

/** Every finding of a rule (`all`: of every rule) with its place, message and lines, for a person to judge. */
export function listing(verdicts: readonly Verdict[], ruleId: string): string {
  const blocks = verdicts.flatMap((verdict) =>
    verdict.findings
      .filter((finding) => ruleId === "all" || finding.ruleId === ruleId)
      .map((finding) => block(verdict, finding)),
  );
  return `${blocks.join("\n")}\n${blocks.length} findings\n`;
}

function block({ repository, world }: Verdict, finding: Finding): string {
  const path = pathOf(finding);
  const { lines, text } = world.file(path);
  const { start, end } = finding.document.inFile(finding.range);
  const from = lines.position(start);
  const to = lines.position(end);
  const frame = text
    .split(/\r?\n/)
    .map((line, i) => `${i >= from.line && i <= to.line ? ">" : " "} ${String(i + 1).padStart(4)} | ${line}`)
    .slice(Math.max(0, from.line - CONTEXT), from.line + CONTEXT + 1);
  const fixes = finding.fixes.map((fix) => `  ${fix.preferred ? "*" : "-"} ${render(fix.title)}`);
  return [
    `${repository.name}/${path}:${from.line + 1}:${from.character + 1} ${finding.severity} ${finding.ruleId}`,
    `  ${render(finding.message)}`,
    ...finding.related.map(({ location, message }) => {
      const at = location.document.file.lines.position(location.document.inFile(location.range).start);
      return `  ~ ${render(message)} (${location.document.uri}:${at.line + 1})`;
    }),
    ...fixes,
    ...frame,
    "",
  ].join("\n");
}
