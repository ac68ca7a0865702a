import { nodeAt, type ScalarNode } from "../model/node.ts";
import type { Range } from "../model/range.ts";
import type { Resource } from "../model/resource.ts";
import { definitionSites } from "./definition-sites.ts";
import type { Definition, Found } from "./mention.ts";
import { compile, matchesOf, type Pattern } from "./path.ts";
import type { DefinitionSite, Sort } from "./targets.ts";
import { writtenAs } from "./written.ts";

/** An entry of the table, ready for use. */
interface Reader {
  readonly site: DefinitionSite;
  read(resource: Resource): readonly Definition[];
}

const readers: readonly Reader[] = definitionSites.map((site) => {
  const patterns = site.at.flatMap(compile);
  return { site, read: (resource) => readSite(site, patterns, resource) };
});

/** The names that a resource gives, in the order of the table. The same objects every time. */
export function definitionsIn(resource: Resource): readonly Definition[] {
  return readers.flatMap((reader) => definitionsBy(reader, resource));
}

/** The names of one sort that a resource gives: nothing else of it is read. */
export function definitionsOfSort(resource: Resource, sort: Sort): readonly Definition[] {
  return readers.flatMap((reader) => (reader.site.sort === sort ? definitionsBy(reader, resource) : []));
}

function definitionsBy({ site, read }: Reader, resource: Resource): readonly Definition[] {
  return site.in === undefined || site.in.includes(resource.type) ? resource.derive(read) : [];
}

function readSite(
  site: DefinitionSite,
  patterns: readonly Pattern[],
  resource: Resource,
): readonly Definition[] {
  return patterns.flatMap((pattern) =>
    matchesOf(resource, pattern).flatMap((match) => definitionsAt(site, { resource, ...match })),
  );
}

function definitionsAt(site: DefinitionSite, found: Found): Definition[] {
  const { node } = found;
  if (site.sort === "label") return labelsAt(site, found);
  return node.kind === "scalar" && isName(node) ? [definition(site, found, node, wholeOf(found))] : [];
}

function labelsAt(site: DefinitionSite, { resource, path, node }: Found): Definition[] {
  if (node.kind !== "map") return [];
  return node.entries.flatMap(({ key, value }) => {
    if (value.kind !== "scalar") return [];
    const found = { resource, path: [...path, key.source], node: value };
    const whole = { start: key.range.start, end: Math.max(value.range.end, key.range.end) };
    return [{ ...definition(site, found, value, whole), key: writtenAs(resource.document, key) }];
  });
}

function definition(
  { sort, as }: DefinitionSite,
  { resource, path }: Found,
  node: ScalarNode,
  whole: Range,
): Definition {
  const written = writtenAs(resource.document, node);
  return {
    ...written,
    role: "definition",
    sort,
    type: as ?? resource.type,
    resource,
    path,
    key: undefined,
    whole,
  };
}

/** The resource for its own name, else the list item that holds the name. */
function wholeOf({ resource, path, node }: Found): Range {
  const index = path.findLastIndex((step) => typeof step === "number");
  if (index < 0) return resource.root.range;
  const item = nodeAt(resource.root, path.slice(0, index + 1));
  return item === undefined ? node.range : item.range;
}

function isName(node: ScalarNode): boolean {
  return node.unknown || (node.value !== null && node.source !== "");
}
