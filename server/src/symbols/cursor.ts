import { resourcesIn, type SourceDocument } from "../model/document.ts";
import { entryOf, type MapNode, type Node, nodeAt, type ScalarNode, type Step } from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";
import { contains, type Range } from "../model/range.ts";
import type { Resource } from "../model/resource.ts";
import { isMasked } from "../model/templates.ts";
import { inertText } from "./on-demand.ts";

/**
 * A character from Unicode's private use area. It is put in where the user types, so that there is always something
 * to find: a value that is still empty, or a key without a colon.
 */
const MARKER = "\uE000";

/** What is being typed. Offsets are those of the document without the marker. */
export interface Cursor {
  /** The resource as it would be read with something at the cursor. */
  readonly resource: Resource;
  /** Steps to the value that is typed, or to the value of the key that is. */
  readonly path: readonly Step[];
  readonly role: "key" | "value";
  /** What a choice replaces: the word, without quotes. */
  readonly range: Range;
  /** The same with the quotes. */
  readonly quoted: Range;
  /** The part of the word before the cursor. */
  readonly typed: string;
  /** The quote that is there already. */
  readonly quote: '"' | "'" | undefined;
  /** JSON: names and strings must be in double quotes. */
  readonly json: boolean;
  /** A key that has its value already; a value that is alone on its line. */
  readonly isFollowed: boolean;
  readonly startsLine: boolean;
}

/** What is being typed at an offset of a document; undefined outside of resources, in comments and in templates. */
export function cursorAt(document: SourceDocument, offset: number): Cursor | undefined {
  if (isMasked(document.masks, { start: offset, end: offset })) return undefined;
  const text = inertText(document);
  const marked = text.slice(0, offset) + MARKER + text.slice(offset);
  const masks = document.masks.map(({ kind, start, end }) =>
    start >= offset ? { kind, start: start + 1, end: end + 1 } : { kind, start, end },
  );
  const { root } = parseDocument(marked, masks);
  if (root === undefined) return undefined;
  const resource = resourcesIn(document, root).find((each) =>
    contains(each.root.range, { start: offset, end: offset + 1 }),
  );
  const spot = resource === undefined ? undefined : spotIn(resource.root, []);
  return resource === undefined || spot === undefined ? undefined : cursor(resource, spot, marked, offset);
}

/** The scalar that holds the marker. */
interface Spot {
  readonly node: ScalarNode;
  readonly path: readonly Step[];
  readonly role: Cursor["role"];
}

function spotIn(node: Node, path: readonly Step[]): Spot | undefined {
  if (node.kind === "scalar") return node.source.includes(MARKER) ? { node, path, role: "value" } : undefined;
  if (node.kind === "seq") {
    for (const [i, item] of node.items.entries()) {
      const spot = spotIn(item, [...path, i]);
      if (spot !== undefined) return spot;
    }
    return undefined;
  }
  for (const { key, value } of node.entries) {
    if (key.source.includes(MARKER)) return { node: key, path: [...path, key.source], role: "key" };
    const spot = spotIn(value, [...path, key.source]);
    if (spot !== undefined) return spot;
  }
  return undefined;
}

function cursor(resource: Resource, { node, path, role }: Spot, marked: string, offset: number): Cursor {
  const { range } = node;
  const first = marked[range.start];
  const quote = node.quoted && (first === '"' || first === "'") ? first : undefined;
  const start = range.start + (quote === undefined ? 0 : 1);
  // A quote that is not closed yet takes in what follows.
  const isOpen = /[\r\n]/.test(marked.slice(range.start, range.end));
  const end = isOpen ? offset : range.end - 1 - (quote === undefined ? 0 : 1);
  const lineStart = marked.lastIndexOf("\n", range.start - 1) + 1;
  const typed = marked.slice(start, offset);
  return {
    resource,
    path: path.map((step) => (typeof step === "string" ? step.replace(MARKER, "") : step)),
    role,
    range: { start, end },
    quoted: isOpen ? { start: range.start, end: offset } : { start: range.start, end: range.end - 1 },
    typed,
    quote,
    json: isJson(resource.root),
    isFollowed: role === "key" && /^["']?[ \t]*:/.test(marked.slice(end + 1)),
    startsLine: marked.slice(lineStart, range.start).trim() === "",
  };
}

function isJson(root: MapNode): boolean {
  return root.flow && (entryOf(root, "kind")?.key.quoted ?? false);
}

/** The keys that a map at a path has already, but for the one that is being typed. */
export function otherKeys({ resource, path }: Cursor, map: readonly Step[]): ReadonlySet<string> {
  const node = nodeAt(resource.root, map);
  const keys = node?.kind === "map" ? node.entries.map(({ key }) => key.source) : [];
  return new Set(keys.filter((key) => !key.includes(MARKER) && key !== path[map.length]));
}
