import type { SourceDocument } from "../model/document.ts";
import type { SeqNode } from "../model/node.ts";
import type { DocumentEdit } from "./edit.ts";
import { columnOf } from "./lines.ts";
import { itemLines } from "./list-edit.ts";
import { blockItem, flowValue, styleOf, type Value } from "./style.ts";

/** Adds items in front of an item of a list, in its style, above the comments that belong to that item. */
export function insertItemsBefore(
  document: SourceDocument,
  seq: SeqNode,
  index: number,
  values: readonly Value[],
): DocumentEdit | undefined {
  const item = seq.items[index];
  if (item === undefined) return undefined;
  const style = styleOf(document);
  if (seq.flow) {
    const { start } = item.range;
    const newText = values.map((value) => `${flowValue(value, style)}, `).join("");
    return { document, range: { start, end: start }, newText };
  }
  const dash = document.text.lastIndexOf("-", item.range.start - 1);
  const column = columnOf(document, dash);
  const { start } = itemLines(document, seq, index);
  const newText = values
    .map((value) => `${" ".repeat(column)}- ${blockItem(value, column + 2, style)}${style.eol}`)
    .join("");
  return { document, range: { start, end: start }, newText };
}
