import type { Range as LspRange, Position } from "vscode-languageserver/node";
import type { SourceDocument, SourceFile } from "../model/document.ts";
import type { Range } from "../model/range.ts";

/** A range that counts from a document's start, as the protocol has it: lines and UTF-16 columns of the file. */
export function toLspRange(document: SourceDocument, range: Range): LspRange {
  return fileRange(document.file, document.inFile(range));
}

/** A range of a file's offsets as the protocol has it. */
export function fileRange(file: SourceFile, range: Range): LspRange {
  return { start: file.lines.position(range.start), end: file.lines.position(range.end) };
}

/** Offsets of a protocol range in a file. Positions outside the text are clamped. */
export function toOffsets(file: SourceFile, range: LspRange): Range {
  return { start: offsetAt(file, range.start), end: offsetAt(file, range.end) };
}

/** Offset of a protocol position in a file, clamped to the text. */
export function offsetAt(file: SourceFile, position: Position): number {
  return file.lines.offset(position);
}

/** Whether two protocol ranges are the same. */
export function equalRanges(a: LspRange, b: LspRange): boolean {
  return equalPositions(a.start, b.start) && equalPositions(a.end, b.end);
}

function equalPositions(a: Position, b: Position): boolean {
  return a.line === b.line && a.character === b.character;
}

/** The document of a file that holds an offset; its end belongs to the last one. */
export function documentAt(file: SourceFile, offset: number): SourceDocument | undefined {
  let low = 0;
  let high = file.documents.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const document = file.documents[middle];
    if (document !== undefined && document.start <= offset) low = middle;
    else high = middle - 1;
  }
  return file.documents[low];
}
