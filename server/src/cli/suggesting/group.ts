import { lineSuggestionOf, type Suggestion } from "../fixing/suggestion.ts";
import type { ReportedFinding, ReportedFix } from "../report.ts";

/** Fixes that are offered as one replacement of whole lines. */
export interface Group {
  readonly suggestion: Suggestion;
  readonly findings: readonly ReportedFinding[];
}

/** What can be offered, and the fixable findings whose fix cannot: it changes several files, or contradicts another. */
export interface Grouped {
  readonly groups: readonly Group[];
  readonly left: readonly ReportedFinding[];
}

/** Fixes whose lines meet become one group: so each group can be applied whatever becomes of the others. */
export function grouped(findings: readonly ReportedFinding[]): Grouped {
  const left: ReportedFinding[] = [];
  const alone: Group[] = [];
  for (const finding of findings) {
    if (finding.fix === undefined) continue;
    const suggestion = lineSuggestionOf(finding.fix);
    if (suggestion === undefined) left.push(finding);
    else alone.push({ suggestion, findings: [finding] });
  }
  const groups: Group[] = [];
  for (const next of alone.sort(inOrder)) {
    const last = groups.at(-1);
    if (last === undefined || !meet(last, next)) groups.push(next);
    else {
      const findings = [...last.findings, ...next.findings];
      const suggestion = lineSuggestionOf(united(findings));
      if (suggestion === undefined) left.push(...next.findings);
      else groups[groups.length - 1] = { suggestion, findings };
    }
  }
  return { groups, left };
}

function united(findings: readonly ReportedFinding[]): Pick<ReportedFix, "edits"> {
  return { edits: () => findings.flatMap(({ fix }) => fix?.edits() ?? []) };
}

function meet(a: Group, b: Group): boolean {
  const [first, second] = [a.suggestion.place, b.suggestion.place];
  return first.file === second.file && second.start.line <= first.end.line;
}

function inOrder(a: Group, b: Group): number {
  const [first, second] = [a.suggestion.place, b.suggestion.place];
  if (first.file !== second.file) return first.file < second.file ? -1 : 1;
  return first.start.line - second.start.line;
}
