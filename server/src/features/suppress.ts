import { SourceFile } from "../model/document.ts";
import type { Range } from "../model/range.ts";
import type { Finding } from "../rules/finding.ts";
import { suppressionsIn } from "../rules/suppressions.ts";
import type { FileEdit } from "./workspace-edit.ts";

/**
 * The edit that silences a finding by a comment above its line, or, where a comment there would mean something
 * else, above its document. Undefined where no comment can be written: in JSON.
 */
export function suppressionEdit(finding: Finding, reason: string): FileEdit | undefined {
  const { document } = finding;
  const { text } = document;
  if (finding.resource === undefined || /^[\s\uFEFF]*[{[]/.test(text)) return undefined;
  const line = text.lastIndexOf("\n", finding.range.start - 1) + 1;
  const at = [line, startOfContent(text)].find((offset) =>
    silences(finding, offset, commentAt(text, offset, finding, reason)),
  );
  if (at === undefined) return undefined;
  const before = commentAt(text, at, finding, "");
  const newText = commentAt(text, at, finding, reason);
  const end = endOfLine(text);
  const snippet = `${escapeSnippet(before.slice(0, -end.length))}\${1:${escapeSnippet(reason)}}${end}`;
  return { range: document.inFile({ start: at, end: at }), newText, snippet };
}

function commentAt(text: string, offset: number, { ruleId }: Finding, reason: string): string {
  const indent = /^[ \t]*/.exec(text.slice(offset))?.[0] ?? "";
  return `${indent}# nines-ignore ${ruleId}: ${reason}${endOfLine(text)}`;
}

function endOfLine(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** Behind the document's `---`. */
function startOfContent(text: string): number {
  const marker = /^(?:\uFEFF)?---[^\n]*\n/.exec(text);
  return marker === null ? 0 : marker[0].length;
}

/** Whether the comment, once it is there, covers the finding and leaves the rest of the document as it was. */
function silences(finding: Finding, offset: number, comment: string): boolean {
  const { document, range, resource, ruleId } = finding;
  const after = document.text.slice(0, offset) + comment + document.text.slice(offset);
  const [trial] = new SourceFile(document.uri, after, new Set([resource?.kind ?? ""])).documents;
  if (trial === undefined) return false;
  if ((trial.parsed?.problems.length ?? 0) > (document.parsed?.problems.length ?? 0)) return false;
  const moved: Range =
    offset > range.start ? range : { start: range.start + comment.length, end: range.end + comment.length };
  return suppressionsIn(trial).some(
    (suppression) =>
      suppression.ruleId === ruleId &&
      suppression.range.start >= offset &&
      suppression.range.end <= offset + comment.length &&
      suppression.covers({ ...finding, document: trial, range: moved }),
  );
}

function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, "\\$&");
}
