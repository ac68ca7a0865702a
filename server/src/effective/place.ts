import type { SourceDocument } from "../model/document.ts";
import { entryOf, type Node, type Path, present, type Step, steps } from "../model/node.ts";
import { contains, type Range } from "../model/range.ts";
import type { Resource } from "../model/resource.ts";

/** A field that is written in a manifest. Offsets count from the document's start. */
export interface Place {
  /** Key and value of a plain field; the key alone where a block stands below it. */
  readonly range: Range;
  /** Where something about it can be added in the line. */
  readonly at: number;
  readonly node: Node;
}

/**
 * The field at a path of a resource. Undefined when it is absent, null, or written elsewhere: what came in through
 * an alias or a merge key may mean something else for each who uses it.
 */
export function placeOf({ document, root }: Resource, path: Path): Place | undefined {
  return placeIn(document, root, path);
}

/** The same from a node of the document. */
export function placeIn(document: SourceDocument, from: Node | undefined, path: Path): Place | undefined {
  let node = from;
  let place: Place | undefined;
  for (const step of steps(path)) {
    if (node === undefined) return undefined;
    const next: Place | undefined = typeof step === "number" ? item(node, step) : field(document, node, step);
    if (next === undefined || !contains(node.range, next.range)) return undefined;
    ({ node } = next);
    place = next;
  }
  return place;
}

/** A node that stands for itself, such as a list item. */
export function placeOfNode(node: Node): Place {
  return { range: node.range, at: node.range.end, node };
}

function item(node: Node, index: Exclude<Step, string>): Place | undefined {
  const found = node.kind === "seq" ? node.items[index] : undefined;
  return found === undefined ? undefined : placeOfNode(found);
}

function field(document: SourceDocument, node: Node, key: string): Place | undefined {
  const entry = entryOf(node, key);
  const value = present(entry?.value);
  if (entry === undefined || value === undefined) return undefined;
  const start = entry.key.range.start;
  if (value.kind === "scalar") {
    const { end } = value.range;
    return { range: { start, end }, at: endOfLine(document, value.range.start, end), node: value };
  }
  const inLine = value.flow || document.text[value.range.start] === "*";
  const at = inLine ? value.range.end : endOfHead(document, entry.key.range.end);
  return { range: entry.key.range, at, node: value };
}

/** Behind a value; of a text over several lines, behind its first one. */
function endOfLine({ text }: SourceDocument, start: number, end: number): number {
  const line = text.indexOf("\n", start);
  return line < 0 || line >= end ? end : text[line - 1] === "\r" ? line - 1 : line;
}

const HEAD = /[ \t]*:(?:[ \t]+[&!][^\s#]*)*/y;

/** Behind the colon of a key, and behind an anchor or a tag. */
function endOfHead({ text }: SourceDocument, keyEnd: number): number {
  const head = new RegExp(HEAD);
  head.lastIndex = keyEnd;
  return head.test(text) ? head.lastIndex : keyEnd;
}
