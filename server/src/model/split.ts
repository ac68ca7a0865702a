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
  let hasDirectives = false;
  MARKER.lastIndex = 0;
  for (let m = MARKER.exec(text); m !== null; m = MARKER.exec(text)) {
    if (m[0] === "...") {
      const end = endOfLine(text, m.index);
      documents.push({ start, end });
      start = end;
      hasDirectives = false;
      continue;
    }
    // `%YAML` lines belong to the document behind the marker that follows them.
    hasDirectives = text.charCodeAt(start) === 37;
    if (m.index > start && !hasDirectives) {
      documents.push({ start, end: m.index });
      start = m.index;
    }
  }
  if (start < text.length || documents.length === 0) documents.push({ start, end: text.length });
  return documents;
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? text.length : newline + 1;
}
