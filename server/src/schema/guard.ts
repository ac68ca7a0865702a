import { isAlias, isCollection, isPair, type Node, parseDocument } from "yaml";

/** The API server refuses larger objects than etcd stores (1.5 MiB by default); hand-written ones are far smaller. */
const MAX_LENGTH = 1_000_000;
const MAX_DEPTH = 500;
/** Looking for repeated keys takes time that grows with the square of a map's size. */
const MAX_ENTRIES = 2_000;
/** Aliases may multiply a small text; every use of an anchor is validated again. */
const MAX_NODES = 100_000;

/** Whether the document is small enough to be validated while someone types, aliases expanded. */
export function isReasonable(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  const [block, flow] = [blockShape(text), flowShape(text)];
  if (block.depth + flow.depth > MAX_DEPTH) return false;
  if (block.entries > MAX_ENTRIES || flow.entries > MAX_ENTRIES) return false;
  const hasAliases = /(?:^|[\s[{,])&\S/.test(text) && /(?:^|[\s[{,])\*\S/.test(text);
  return !hasAliases || expandedSize(text) <= MAX_NODES;
}

/**
 * The text with everything removed, at equal length, that would make yaml-language-server use another schema:
 * `# yaml-language-server: $schema=…`, `# $schema: …` and a `$schema` key.
 */
export function withoutSchemaAddress(text: string): string {
  return text.replaceAll("$schema", "_schema");
}

/** Upper bounds, from the text alone, since it is parsers that would suffer. */
interface Shape {
  /** How deep values are nested. */
  readonly depth: number;
  /** How many entries a map or a list has. */
  readonly entries: number;
}

/** Of values nested by indentation: lines that begin an entry, counted while no line stands further left. */
function blockShape(text: string): Shape {
  let depth = 0;
  let entries = 0;
  const counts: { readonly indent: number; count: number }[] = [];
  for (const [line, indent = ""] of text.matchAll(
    /^([ \t]*)(?:(?:[-?] +)+|[-?]$|[^\s#][^\n]*?:(?=\s|$))/gm,
  )) {
    depth = Math.max(depth, /^[ \t]*(?:- *)*/.exec(line)?.[0].length ?? 0);
    while ((counts.at(-1)?.indent ?? -1) > indent.length) counts.pop();
    let last = counts.at(-1);
    if (last?.indent !== indent.length) {
      last = { indent: indent.length, count: 0 };
      counts.push(last);
    }
    entries = Math.max(entries, ++last.count);
  }
  return { depth, entries };
}

/** Of values in brackets. */
function flowShape(text: string): Shape {
  let depth = 0;
  let entries = 0;
  const counts: number[] = [];
  for (const [character] of text.matchAll(/[[\]{},]/g)) {
    if (character === "[" || character === "{") depth = Math.max(depth, counts.push(1));
    else if (character !== ",") counts.pop();
    else if (counts.length > 0) entries = Math.max(entries, pushed(counts));
  }
  return { depth, entries };
}

/** Counts one more entry of the innermost bracket. */
function pushed(counts: number[]): number {
  const count = (counts.pop() ?? 0) + 1;
  counts.push(count);
  return count;
}

/** How many nodes the document has when every alias is replaced by what it stands for. */
function expandedSize(text: string): number {
  const document = parseDocument(text, { logLevel: "silent", uniqueKeys: false, prettyErrors: false });
  const sizes = new Map<Node, number>();
  const sizeOf = (value: unknown): number => {
    if (isPair(value)) return sizeOf(value.key) + sizeOf(value.value);
    if (isAlias(value)) {
      const target = value.resolve(document);
      // An alias inside its own anchor has no end.
      return target === undefined ? 1 : (sizes.get(target) ?? Number.POSITIVE_INFINITY);
    }
    if (!isCollection(value)) return 1;
    const items: readonly unknown[] = value.items;
    const size = items.reduce((sum: number, item) => sum + sizeOf(item), 1);
    sizes.set(value, size);
    return size;
  };
  const scalars = (value: unknown): void => {
    if (isPair(value)) {
      scalars(value.key);
      scalars(value.value);
    } else if (isCollection(value)) {
      for (const item of value.items) scalars(item);
    } else if (!isAlias(value)) {
      sizes.set(value as Node, 1);
    }
  };
  scalars(document.contents);
  return sizeOf(document.contents);
}
