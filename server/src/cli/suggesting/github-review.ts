import { structuredPatch } from "diff";
import { rulePageUri } from "../../rules/pages.ts";
import { inEnglish } from "../output/language.ts";
import type { ReportedFinding } from "../report.ts";
import type { Group } from "./group.ts";

/** GitHub takes comments on the lines of a pull request's diff only, which shows three lines around each change. */
const CONTEXT = 3;

/** Whether every line that a group replaces is part of the diff of its file. */
export function isInDiff({ suggestion: { place } }: Group, before: string | undefined): boolean {
  if (before === undefined) return true;
  const { hunks } = structuredPatch("", "", before, place.source.text, undefined, undefined, {
    context: CONTEXT,
  });
  const first = place.start.line + 1;
  const last = place.end.line + 1;
  return hunks.some(({ newStart, newLines }) => newStart <= first && last < newStart + newLines);
}

/** A review with a comment for each group, and in its text what no comment can offer. */
export function githubReview(
  groups: readonly Group[],
  left: readonly ReportedFinding[],
  since: string,
): object {
  const notes = left.map(
    ({ ruleId, place, message, fix }) =>
      `- \`${place.file}:${place.start.line + 1}\` ${link(ruleId)}: ${inEnglish(message)} ${fix === undefined ? "" : `*${inEnglish(fix.title)}.*`}`,
  );
  const nothing = "Nines has no safe fix for what this change brings about.";
  const body =
    left.length === 0
      ? groups.length === 0
        ? nothing
        : "Nines has fixes for what this change brings about. Each suggestion can be applied on its own."
      : `Nines has fixes for what this change brings about. Each suggestion can be applied on its own; \`nines fix --since ${since}\` makes these, too, which are elsewhere:\n\n${notes.join("\n")}`;
  return { event: "COMMENT", body, comments: groups.map(comment) };
}

function comment({ suggestion: { place, newText }, findings }: Group) {
  const first = place.start.line + 1;
  const last = place.end.line + 1;
  return {
    path: place.file,
    side: "RIGHT",
    line: last,
    // Of several lines only: GitHub refuses a range of one.
    ...(first < last && { start_line: first, start_side: "RIGHT" }),
    body: `${findings.map(sentence).join("\n\n")}\n\n${fenced(newText)}`,
  };
}

function sentence({ ruleId, message, fix }: ReportedFinding): string {
  return `${link(ruleId)}: ${inEnglish(message)}${fix === undefined ? "" : `\n*${inEnglish(fix.title)}.*`}`;
}

function link(ruleId: string): string {
  return `[${ruleId}](${rulePageUri(ruleId)})`;
}

/** The text may hold fences of its own. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}suggestion\n${text}\n${fence}`;
}
