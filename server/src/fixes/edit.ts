import type { SourceDocument } from "../model/document.ts";
import type { Range } from "../model/range.ts";

/** A replacement in one document; the range counts from the document's start. */
export interface DocumentEdit {
  readonly document: SourceDocument;
  readonly range: Range;
  readonly newText: string;
}

/**
 * An edit whose text is made when it is first read. Checks ask only where an edit would go; rendering YAML for
 * fixes that nobody looks at was a fifth of their time.
 */
export function lazyEdit(document: SourceDocument, range: Range, text: () => string): DocumentEdit {
  let made: string | undefined;
  return {
    document,
    range,
    get newText() {
      made ??= text();
      return made;
    },
  };
}

/** The text with the edits made; they must not overlap. Edits at the same place keep their order. */
export function applyEdits(
  text: string,
  edits: readonly { readonly range: Range; readonly newText: string }[],
): string {
  const sorted = edits
    .map((edit, i) => ({ ...edit, i }))
    .sort((a, b) => a.range.start - b.range.start || a.i - b.i);
  const parts: string[] = [];
  let at = 0;
  for (const { range, newText } of sorted) {
    parts.push(text.slice(at, range.start), newText);
    at = Math.max(at, range.end);
  }
  parts.push(text.slice(at));
  return parts.join("");
}

/** Whether no two of the edits touch the same characters. */
export function areDisjoint(edits: readonly { readonly range: Range }[]): boolean {
  const sorted = edits.map((edit) => edit.range).sort((a, b) => a.start - b.start || a.end - b.end);
  return sorted.every((range, i) => {
    const next = sorted[i + 1];
    return (
      next === undefined ||
      (range.end <= next.start && !(range.start === next.start && range.end === next.end))
    );
  });
}

/**
 * The edits of one fix such that no two touch the same place: insertions at the same place become one, in their
 * order. Undefined when the edits contradict each other.
 */
export function combined(edits: readonly DocumentEdit[]): readonly DocumentEdit[] | undefined {
  const result: DocumentEdit[] = [];
  for (const edit of edits) {
    const i =
      edit.range.start < edit.range.end ? -1 : result.findIndex((other) => isSameInsertion(other, edit));
    const other = result[i];
    if (other === undefined) result.push(edit);
    else result[i] = lazyEdit(other.document, other.range, () => other.newText + edit.newText);
  }
  const documents = new Set(result.map((edit) => edit.document));
  const fits = [...documents].every((document) =>
    areDisjoint(result.filter((edit) => edit.document === document)),
  );
  return fits ? result : undefined;
}

function isSameInsertion(a: DocumentEdit, b: DocumentEdit): boolean {
  return a.document === b.document && a.range.start === b.range.start && a.range.end === b.range.end;
}
