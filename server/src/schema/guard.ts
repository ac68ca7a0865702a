import { isAlias, isCollection, isPair, type Node, parseDocument } from "yaml";

/** The API server refuses larger objects than etcd stores (1.5 MiB by default); hand-written ones are far smaller. */
const MAX_LENGTH = 1_000_000;
const MAX_DEPTH = 500;
/** Aliases may multiply a small text; every use of an anchor is validated again. */
const MAX_NODES = 100_000;

/** Whether the document is small enough to be validated while someone types, aliases expanded. */
export function isReasonable(text: string): boolean {
  if (text.length > MAX_LENGTH || depthAtMost(text) > MAX_DEPTH) return false;
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

/** An upper bound of how deep values are nested, from the text alone: parsers recurse. */
function depthAtMost(text: string): number {
  let deepest = 0;
  for (const [line] of text.matchAll(/^[ \t]*(?:- *)*/gm)) deepest = Math.max(deepest, line.length);
  let open = 0;
  let brackets = 0;
  for (const [character] of text.matchAll(/[[\]{}]/g)) {
    open = character === "[" || character === "{" ? open + 1 : Math.max(0, open - 1);
    brackets = Math.max(brackets, open);
  }
  return deepest + brackets;
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
