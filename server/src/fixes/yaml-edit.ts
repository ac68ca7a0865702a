import type { SourceDocument } from "../model/document.ts";
import {
  type Entry,
  entryOf,
  type MapNode,
  type Node,
  nodeAt,
  type Path,
  type Step,
  steps,
} from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { type DocumentEdit, lazyEdit } from "./edit.ts";
import { columnOf, insertLine, lineEnd } from "./lines.ts";
import { blockDocument, blockEntry, flowValue, type Style, styleOf, type Value } from "./style.ts";

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

function isCollection(value: Value): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function endOf(entry: Entry | undefined, map: MapNode): number {
  return entry === undefined ? map.range.end : Math.max(entry.value.range.end, entry.key.range.end);
}
