import type { Range } from "./range.ts";

const MARKER = /^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm;

/**
 * Cuts a YAML stream into documents. A `---` or `...` at the start of a line ends a document wherever it
 * stands, even in a block scalar (YAML 1.2.2, 9.1.2), so no parser is needed. The ranges cover the whole
 * text; each holds its leading `---` line, so that a document's text says all that is needed to parse it.
 */
export function splitDocuments(text: string): Range[] {
  const documents: Range[] = [];
  let start = 0;
  /** Whether a marker has opened the document that begins at `start`. */
  let open = false;
  MARKER.lastIndex = 0;
  for (let m = MARKER.exec(text); m !== null; m = MARKER.exec(text)) {
    if (!startsLine(text, m.index)) continue;
    if (m[0] === "...") {
      const end = endOfLine(text, m.index);
      documents.push({ start, end });
      start = end;
      open = false;
      continue;
    }
    if (m.index > start && (open || !isPrefix(text, start, m.index))) {
      documents.push({ start, end: m.index });
      start = m.index;
    }
    open = true;
  }
  if (start < text.length || documents.length === 0) documents.push({ start, end: text.length });
  return documents;
}

/** Whether only directives and comments stand there: they belong to the document behind the marker that follows. */
function isPrefix(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at = endOfLine(text, at)) {
    if (!/^(?:%|\uFEFF?[ \t]*(?:#|\r?\n))/.test(text.slice(at, endOfLine(text, at)))) return false;
  }
  return true;
}

/** To a regular expression U+2028 ends a line too, to YAML it does not. */
function startsLine(text: string, at: number): boolean {
  const before = at === 0 ? 10 : text.charCodeAt(at - 1);
  return before === 10 || before === 13;
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? text.length : newline + 1;
}
