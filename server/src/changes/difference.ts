import type { SourceDocument, SourceFile } from "../model/document.ts";
import type { Range } from "../model/range.ts";

/** A place of one version of a file. */
export interface DifferentPlace {
  readonly document: SourceDocument;
  /** The line, within the document. */
  readonly range: Range;
}

/** The first line in which a file differs from what it was; undefined for a file without documents. */
export function firstDifference(before: string, file: SourceFile): DifferentPlace | undefined {
  const offset = lineOfDifference(before, file.text);
  const document = file.documents.findLast(({ start }) => start <= offset) ?? file.documents[0];
  if (document === undefined) return undefined;
  const start = Math.min(offset - document.start, document.text.length);
  const line = document.text.indexOf("\n", start);
  return { document, range: { start, end: line < 0 ? document.text.length : line } };
}

/** Where the line begins in which two texts differ first. */
function lineOfDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return b.lastIndexOf("\n", at - 1) + 1;
}
