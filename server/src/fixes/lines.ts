import type { SourceDocument } from "../model/document.ts";
import { type DocumentEdit, lazyEdit } from "./edit.ts";
import type { Style } from "./style.ts";

/** The column (spaces from the start of its line) of an offset. */
export function columnOf(document: SourceDocument, offset: number): number {
  return offset - (document.text.lastIndexOf("\n", offset - 1) + 1);
}

/** Offset behind the line that `offset` ends on; a block scalar already ends behind its line. */
export function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === "\n") return offset;
  const newline = text.indexOf("\n", offset);
  return newline < 0 ? text.length : newline + 1;
}

/** Adds a line behind the one that `after` ends on. */
export function insertLine(
  document: SourceDocument,
  after: number,
  line: () => string,
  style: Style,
): DocumentEdit {
  const at = lineEnd(document.text, after);
  const open = at > 0 && document.text[at - 1] !== "\n";
  return lazyEdit(document, { start: at, end: at }, () =>
    open ? `${style.eol}${line()}` : `${line()}${style.eol}`,
  );
}
