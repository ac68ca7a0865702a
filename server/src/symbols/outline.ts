import type { SourceDocument, SourceFile } from "../model/document.ts";
import { type Node, nodeAt, stringOf } from "../model/node.ts";
import { contains, type Range } from "../model/range.ts";
import { type Resource, titleOf } from "../model/resource.ts";
import { headerOf } from "./on-demand.ts";
import { type OutlinePart, type OutlineSort, outlineParts } from "./outline-parts.ts";
import { compile, type Match, matchesBelow, matchesOf, type Pattern } from "./path.ts";

/** One line of the outline. Offsets are those of the document. */
export interface OutlineItem {
  readonly document: SourceDocument;
  readonly name: string;
  readonly detail: string;
  readonly sort: OutlineSort;
  readonly range: Range;
  /** Lies inside of `range`. */
  readonly selection: Range;
  readonly children: readonly OutlineItem[];
}

interface Compiled {
  readonly part: OutlinePart;
  readonly patterns: readonly Pattern[];
  readonly parts: readonly Compiled[];
}

const compiled: readonly Compiled[] = outlineParts.map(compilePart);

function compilePart(part: OutlinePart): Compiled {
  return { part, patterns: compile(part.at), parts: (part.parts ?? []).map(compilePart) };
}

/** The resources of a file with their parts, in order. Documents that no rule needs are not parsed for it. */
export function outlineOf(file: SourceFile): readonly OutlineItem[] {
  return file.documents.flatMap((document) => {
    const header = headerOf(document);
    return header === undefined ? document.derive(readOutline) : unparsedItem(document);
  });
}

function readOutline(document: SourceDocument): readonly OutlineItem[] {
  return document.resources.map((resource) => ({
    document,
    name: titleFor(resource.kind, resource.name),
    detail: resource.namespace ?? "",
    sort: "resource" as const,
    range: resource.root.range,
    selection: within(resource.root.range, resource.title.range),
    children: partsOf(resource),
  }));
}

function unparsedItem(document: SourceDocument): readonly OutlineItem[] {
  const header = headerOf(document);
  if (header === undefined) return [];
  const { text } = document;
  const start = text.length - text.replace(/^(?:---[^\n]*\n)?\s*/, "").length;
  const range = { start, end: Math.max(start, text.trimEnd().length) };
  const name = titleFor(header.kind, header.name);
  const selection = within(range, header.range);
  return [{ document, name, detail: "", sort: "resource", range, selection, children: [] }];
}

/** How people name a resource: `Deployment/web`. */
export function titleFor(kind: string, name: string | undefined): string {
  return name === undefined ? kind : `${kind}/${name}`;
}

function partsOf(resource: Resource): readonly OutlineItem[] {
  return compiled
    .filter(({ part }) => part.in?.includes(resource.type) === true)
    .flatMap(({ part, patterns, parts }) =>
      patterns
        .flatMap((pattern) => matchesOf(resource, pattern))
        .flatMap((match) => itemOf(resource, part, parts, match, resource.root.range)),
    )
    .sort((a, b) => a.range.start - b.range.start);
}

/** Nothing where the part is written elsewhere: an alias leads to it. */
function itemOf(
  resource: Resource,
  part: OutlinePart,
  parts: readonly Compiled[],
  match: Match,
  around: Range,
): OutlineItem[] {
  const { node } = match;
  if (node.kind !== "map" || !contains(around, node.range)) return [];
  const children = parts.flatMap((inner) =>
    inner.patterns
      .flatMap((pattern) => matchesBelow(match, pattern))
      .flatMap((below) => itemOf(resource, inner.part, inner.parts, below, node.range)),
  );
  return [
    {
      document: resource.document,
      name: nameOf(part, match),
      detail: firstOf(node, part.detail ?? []) ?? "",
      sort: part.sort,
      range: node.range,
      selection: within(node.range, titleOf(node)),
      children,
    },
  ];
}

function nameOf({ name, also, otherwise }: OutlinePart, { node, path }: Match): string {
  const own = firstOf(node, name);
  if (own !== undefined) {
    const more = also === undefined ? undefined : stringOf(nodeAt(node, also));
    return more === undefined ? own : `${own}/${more}`;
  }
  if (otherwise === "entry" && node.kind === "map") {
    const [entry] = node.entries;
    if (entry !== undefined) return [entry.key.source, stringOf(entry.value) ?? ""].join(" ").trim();
  }
  return `${path.at(-2) ?? ""} ${Number(path.at(-1) ?? 0) + 1}`;
}

function firstOf(node: Node, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const text = stringOf(nodeAt(node, path));
    if (text !== undefined && text !== "") return text;
  }
  return undefined;
}

/** The selection, or the beginning of the range where it lies elsewhere. */
function within(range: Range, selection: Range): Range {
  return contains(range, selection) ? selection : { start: range.start, end: range.start };
}
