import type { SourceDocument } from "../model/document.ts";
import {
  type Entry,
  entryOf,
  type MapNode,
  type Node,
  nodeAt,
  type Path,
  type SeqNode,
  type Step,
  steps,
} from "../model/node.ts";
import type { Range } from "../model/range.ts";
import type { Resource } from "../model/resource.ts";
import { type DocumentEdit, lazyEdit } from "./edit.ts";
import { blockDocument, blockEntry, blockItem, flowValue, type Style, styleOf, type Value } from "./style.ts";

/** Where a new key goes among its siblings: behind the first of these that is there, else at the end. */
export interface Placement {
  readonly after?: readonly string[];
  /** In front of the first of these that is there; tried before `after`. */
  readonly before?: readonly string[];
}

/** Replaces a value that stands in the text, keeping what is around it. */
export function replaceValue(document: SourceDocument, node: Node, value: Value): DocumentEdit {
  const empty = node.range.start === node.range.end;
  return {
    document,
    range: node.range,
    newText: `${empty ? " " : ""}${flowValue(value, styleOf(document))}`,
  };
}

/** Replaces a text by another one, in the author's quotes where there are some. */
export function replaceText(document: SourceDocument, node: Node, text: string): DocumentEdit {
  const isQuoted = node.kind === "scalar" && node.quoted && !/["'\\]/.test(text);
  if (!isQuoted) return replaceValue(document, node, text);
  const quote = document.text[node.range.start] ?? '"';
  return { document, range: node.range, newText: `${quote}${text}${quote}` };
}

/** Sets the value at a path of a resource, adding the maps on the way that are missing. */
export function setPath(
  resource: Resource,
  path: Path,
  value: Value,
  placement: Placement = {},
): DocumentEdit[] {
  return setIn(resource.document, resource.root, steps(path), value, placement);
}

/** Sets the value at a path below a map. */
export function setIn(
  document: SourceDocument,
  map: MapNode,
  path: readonly Step[],
  value: Value,
  placement: Placement = {},
): DocumentEdit[] {
  const [key, ...rest] = path;
  if (typeof key !== "string") return [];
  const entry = entryOf(map, key);
  if (entry === undefined || entry.inherited)
    return [insertEntry(document, map, key, nested(rest, value), placement)];
  if (rest.length > 0 && entry.value.kind === "map" && entry.value.entries.length > 0) {
    return setIn(document, entry.value, rest, value, placement);
  }
  if (rest.length > 0 && entry.value.kind === "seq" && typeof rest[0] === "number") {
    const item = nodeAt(entry.value, rest.slice(0, 1));
    return item?.kind === "map" ? setIn(document, item, rest.slice(1), value, placement) : [];
  }
  return [replaceEntryValue(document, map, entry, nested(rest, value))];
}

function nested(path: readonly Step[], value: Value): Value {
  return path.reduceRight<Value>((inner, step) => ({ [String(step)]: inner }), value);
}

function replaceEntryValue(document: SourceDocument, map: MapNode, entry: Entry, value: Value): DocumentEdit {
  if (map.flow || !isCollection(value)) return replaceValue(document, entry.value, value);
  const style = styleOf(document);
  const column = columnOf(document, entry.key.range.start);
  const range = { start: entry.key.range.start, end: entry.value.range.end };
  return lazyEdit(document, range, () => blockEntry(entry.key.source, value, column, style));
}

/** Adds `key: value` to a map, in its style. */
export function insertEntry(
  document: SourceDocument,
  map: MapNode,
  key: string,
  value: Value,
  placement: Placement = {},
): DocumentEdit {
  const own = map.entries.filter((entry) => !entry.inherited);
  // An explicit null counts as absent to those who ask, but the key stands there.
  const written = own.findLast((entry) => entry.key.source === key);
  if (written !== undefined) return replaceEntryValue(document, map, written, value);
  const style = styleOf(document);
  if (!map.flow && own.length === 0 && map.entries.length > 0) {
    // Nothing but a merge key (`<<`), which stays.
    const indent = columnOf(document, map.range.start);
    const entry = () => `${" ".repeat(indent)}${blockEntry(key, value, indent, style)}`;
    return insertLine(document, map.range.end, entry, style);
  }
  if (map.flow || own.length === 0) return insertFlow(document, map, own, key, value, style);
  const find = (keys: readonly string[] = []) =>
    keys.flatMap((name) => own.find((entry) => entry.key.source === name) ?? [])[0];
  const next = find(placement.before);
  const first = own[0];
  const column = columnOf(document, first?.key.range.start ?? map.range.start);
  const text = () => blockEntry(key, value, column, style);
  if (next !== undefined) {
    return insertBefore(document, next.key.range.start, text, column, style);
  }
  const previous = find(placement.after) ?? own.at(-1);
  return insertLine(document, endOf(previous, map), () => `${" ".repeat(column)}${text()}`, style);
}

/** In front of a key and of the comment lines that belong to it. */
function insertBefore(
  document: SourceDocument,
  key: number,
  text: () => string,
  column: number,
  style: Style,
): DocumentEdit {
  const indent = " ".repeat(column);
  const lineStart = key - column;
  let start = lineStart;
  // A comment at the top of a document says something about the whole, and a key behind a dash has none above it.
  while (column > 0 && start > 0 && document.text.slice(lineStart, key) === indent) {
    const previous = document.text.lastIndexOf("\n", start - 2) + 1;
    if (!new RegExp(`^ {${column}}#`).test(document.text.slice(previous, start))) break;
    start = previous;
  }
  if (start === lineStart)
    return lazyEdit(document, { start: key, end: key }, () => `${text()}${style.eol}${indent}`);
  return lazyEdit(document, { start, end: start }, () => `${indent}${text()}${style.eol}`);
}

function insertFlow(
  document: SourceDocument,
  map: MapNode,
  own: readonly Entry[],
  key: string,
  value: Value,
  style: Style,
): DocumentEdit {
  const text = () => `${style.json ? JSON.stringify(key) : key}: ${flowValue(value, style)}`;
  const last = own.at(-1);
  if (last === undefined && map.entries.length > 0) {
    const at = document.text.slice(0, map.range.end - 1).trimEnd().length;
    return lazyEdit(document, { start: at, end: at }, () => `, ${text()}`);
  }
  if (last === undefined) return lazyEdit(document, map.range, () => `{${text()}}`);
  const at = Math.max(last.value.range.end, last.key.range.end);
  const lineStart = document.text.lastIndexOf("\n", last.key.range.start - 1) + 1;
  const alone =
    lineStart > map.range.start && /^\s*$/.test(document.text.slice(lineStart, last.key.range.start));
  const separator = alone ? `,${style.eol}${document.text.slice(lineStart, last.key.range.start)}` : ", ";
  return lazyEdit(document, { start: at, end: at }, () => `${separator}${text()}`);
}

/** Removes an entry with its line. The comments around it stay. */
export function removeEntry(document: SourceDocument, map: MapNode, key: string): DocumentEdit | undefined {
  const own = map.entries.filter((entry) => !entry.inherited);
  const i = own.findIndex((entry) => entry.key.source === key);
  const entry = own[i];
  if (entry === undefined) return undefined;
  if (own.length === 1) return { document, range: map.range, newText: "{}" };
  const following = own[i + 1];
  const previous = own[i - 1];
  if (map.flow) {
    if (following !== undefined)
      return {
        document,
        range: { start: entry.key.range.start, end: following.key.range.start },
        newText: "",
      };
    return { document, range: { start: endOf(previous, map), end: endOf(entry, map) }, newText: "" };
  }
  const lineStart = document.text.lastIndexOf("\n", entry.key.range.start - 1) + 1;
  if (following !== undefined && !/^\s*$/.test(document.text.slice(lineStart, entry.key.range.start))) {
    // The first key behind a dash: the next one moves up into its place.
    return { document, range: { start: entry.key.range.start, end: following.key.range.start }, newText: "" };
  }
  return {
    document,
    range: { start: lineStart, end: lineEnd(document.text, endOf(entry, map)) },
    newText: "",
  };
}

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

/** Adds a document behind `document`, separated from it and from what follows. */
export function addDocument(document: SourceDocument, value: Value): DocumentEdit {
  const style = styleOf(document);
  const { text } = document;
  const end = text.length;
  const before = text.endsWith("\n") || text === "" ? "" : style.eol;
  return lazyEdit(
    document,
    { start: end, end },
    () => `${before}---${style.eol}${blockDocument(value, style)}`,
  );
}

/** The column (spaces from the start of its line) of an offset. */
export function columnOf(document: SourceDocument, offset: number): number {
  return offset - (document.text.lastIndexOf("\n", offset - 1) + 1);
}

function isCollection(value: Value): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function endOf(entry: Entry | undefined, map: MapNode): number {
  return entry === undefined ? map.range.end : Math.max(entry.value.range.end, entry.key.range.end);
}

/** Offset behind the line that `offset` ends on; a block scalar already ends behind its line. */
function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === "\n") return offset;
  const newline = text.indexOf("\n", offset);
  return newline < 0 ? text.length : newline + 1;
}

function insertLine(document: SourceDocument, after: number, line: () => string, style: Style): DocumentEdit {
  const at = lineEnd(document.text, after);
  const open = at > 0 && document.text[at - 1] !== "\n";
  return lazyEdit(document, { start: at, end: at }, () =>
    open ? `${style.eol}${line()}` : `${line()}${style.eol}`,
  );
}
