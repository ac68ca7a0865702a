import type { SourceDocument } from "../model/document.ts";
import type { SeqNode } from "../model/node.ts";
import type { Range } from "../model/range.ts";
import { type DocumentEdit, lazyEdit } from "./edit.ts";
import { columnOf, insertLine, lineEnd } from "./lines.ts";
import { blockItem, flowValue, styleOf, type Value } from "./style.ts";

/** Adds an item at the end of a list, in its style. */
export function appendItem(document: SourceDocument, seq: SeqNode, value: Value): DocumentEdit {
  const style = styleOf(document);
  const last = seq.items.at(-1);
  if (last === undefined) return { document, range: seq.range, newText: `[${flowValue(value, style)}]` };
  if (seq.flow)
    return {
      document,
      range: { start: last.range.end, end: last.range.end },
      newText: `, ${flowValue(value, style)}`,
    };
  const dash = document.text.lastIndexOf("-", last.range.start - 1);
  const column = columnOf(document, dash);
  return insertLine(
    document,
    last.range.end,
    () => `${" ".repeat(column)}- ${blockItem(value, column + 2, style)}`,
    style,
  );
}

/** Adds several items at the end of a list, as one edit. */
export function appendItems(document: SourceDocument, seq: SeqNode, values: readonly Value[]): DocumentEdit {
  const edits = values.map((value) => appendItem(document, seq, value));
  return lazyEdit(document, edits[0]?.range ?? seq.range, () => edits.map((edit) => edit.newText).join(""));
}

/** Removes an item of a list with its lines and the comment lines directly above it. */
export function removeItem(document: SourceDocument, seq: SeqNode, index: number): DocumentEdit | undefined {
  const item = seq.items[index];
  if (item === undefined) return undefined;
  if (seq.items.length === 1) return emptied(document, seq);
  if (!seq.flow) return { document, range: itemLines(document, seq, index), newText: "" };
  const next = seq.items[index + 1];
  const previous = seq.items[index - 1];
  const range: Range =
    next !== undefined
      ? { start: item.range.start, end: next.range.start }
      : { start: previous?.range.end ?? item.range.start, end: item.range.end };
  return { document, range, newText: "" };
}

/** `[]` behind the key, where no comment stands between them; never at the start of a line. */
function emptied(document: SourceDocument, seq: SeqNode): DocumentEdit {
  const { start, end } = seq.range;
  const before = document.text.slice(0, start).trimEnd();
  const behindKey = !seq.flow && before.endsWith(":");
  if (behindKey) return { document, range: { start: before.length, end }, newText: " []" };
  return { document, range: seq.range, newText: columnOf(document, start) === 0 ? " []" : "[]" };
}

/** Moves a list item behind the last one, with the comment lines above it. */
export function moveItemLast(document: SourceDocument, seq: SeqNode, index: number): DocumentEdit[] {
  const item = seq.items[index];
  const last = seq.items.at(-1);
  if (item === undefined || last === undefined || item === last) return [];
  if (seq.flow) {
    const next = seq.items[index + 1];
    if (next === undefined) return [];
    const text = document.text.slice(item.range.start, item.range.end);
    return [
      { document, range: { start: item.range.start, end: next.range.start }, newText: "" },
      { document, range: { start: last.range.end, end: last.range.end }, newText: `, ${text}` },
    ];
  }
  const range = itemLines(document, seq, index);
  const text = document.text.slice(range.start, range.end).replace(/\r?\n$/, "");
  const insertion = insertLine(document, last.range.end, () => text, styleOf(document));
  return [{ document, range, newText: "" }, insertion];
}

/** Moves a list item in front of an earlier one, with the comment lines above it. */
export function moveItemBefore(
  document: SourceDocument,
  seq: SeqNode,
  index: number,
  before: number,
): DocumentEdit[] {
  const item = seq.items[index];
  const previous = seq.items[index - 1];
  const target = seq.items[before];
  if (item === undefined || previous === undefined || target === undefined || before >= index) return [];
  if (seq.flow) {
    const { start } = target.range;
    const text = document.text.slice(item.range.start, item.range.end);
    return [
      { document, range: { start, end: start }, newText: `${text}, ` },
      { document, range: { start: previous.range.end, end: item.range.end }, newText: "" },
    ];
  }
  const range = itemLines(document, seq, index);
  const { start } = itemLines(document, seq, before);
  const text = document.text.slice(range.start, range.end).replace(/\r?\n$/, "");
  const newText = `${text}${styleOf(document).eol}`;
  return [
    { document, range: { start, end: start }, newText },
    { document, range, newText: "" },
  ];
}

/** The lines of a list item, with the comment lines directly above it. */
export function itemLines(document: SourceDocument, seq: SeqNode, index: number): Range {
  const item = seq.items[index] ?? seq;
  const { text } = document;
  const dash = text.lastIndexOf("-", item.range.start - 1);
  let start = text.lastIndexOf("\n", dash) + 1;
  // Above the first item a comment of another indentation belongs to the key.
  const comment = index === 0 ? new RegExp(`^ {${dash - start}}#`) : /^\s*#/;
  while (start > 0) {
    const previous = text.lastIndexOf("\n", start - 2) + 1;
    if (!comment.test(text.slice(previous, start))) break;
    start = previous;
  }
  return { start, end: lineEnd(text, item.range.end) };
}
