import {
  entriesOf,
  itemsOf,
  type Node,
  nodeAt,
  present,
  type ScalarNode,
  stringMapOf,
  stringOf,
} from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { labelSelectorOf, type Selector, selectorOf } from "../model/selector.ts";
import type { Found, Use } from "./mention.ts";
import { compile, matchesOf, type Pattern, relativePath } from "./path.ts";
import type { LabelTarget, ResourceTarget, Sort, UseSite } from "./targets.ts";
import { useSites } from "./use-sites.ts";
import { partOf, type Written, writtenAs } from "./written.ts";

/** An entry of the table, ready for use. */
export interface CompiledSite {
  readonly site: UseSite;
  readonly patterns: readonly Pattern[];
  read(resource: Resource): readonly Use[];
}

const compiled: readonly CompiledSite[] = useSites.map((site) => {
  const patterns = site.at.flatMap(compile);
  return { site, patterns, read: (resource) => readSite(site, patterns, resource) };
});

/** Entries of the table by the type of resource that they are about. */
const byType: ReadonlyMap<string, readonly CompiledSite[]> = new Map(
  [...new Set(useSites.flatMap((site) => site.in))].map((type) => [
    type,
    compiled.filter(({ site }) => site.in.includes(type)),
  ]),
);

/** The entries of the table for a type (`group/Kind`). */
export function sitesFor(type: string): readonly CompiledSite[] {
  return byType.get(type) ?? [];
}

/** The names that a resource uses, in the order of the table. The same objects every time. */
export function usesIn(resource: Resource): readonly Use[] {
  return sitesFor(resource.type).flatMap(({ read }) => resource.derive(read));
}

/** The names that a resource uses where names of one sort stand: nothing else of it is read. */
export function usesOfSort(resource: Resource, sort: Sort): readonly Use[] {
  return sitesFor(resource.type).flatMap(({ site, read }) =>
    site.to.sort === sort ? resource.derive(read) : [],
  );
}

function readSite(site: UseSite, patterns: readonly Pattern[], resource: Resource): readonly Use[] {
  return patterns.flatMap((pattern) =>
    matchesOf(resource, pattern).flatMap((match) => usesAt(site, { resource, ...match })),
  );
}

function usesAt(site: UseSite, found: Found): Use[] {
  const { resource, path, node } = found;
  if (site.unless !== undefined) {
    const other = nodeAt(resource.root, relativePath(path, site.unless));
    if (present(other) !== undefined) return [];
  }
  if (site.to.sort === "label") return labelsAt(site, site.to, found);
  if (node.kind !== "scalar" || present(node) === undefined || (node.source === "" && !node.unknown))
    return [];
  const whole = writtenAs(resource.document, node);
  const name = site.to.sort === "resource" ? nameIn(whole, site.to) : whole;
  return name === undefined ? [] : [use(site, found, name)];
}

function use(site: UseSite, { resource, path }: Found, name: Written): Use {
  return { ...name, role: "use", site, resource, path, key: undefined, selector: undefined, keyOnly: false };
}

/** `web.shop.svc.cluster.local`: a Service in full. */
const IN_FULL = /^([^.*]+)\.[^.*]+\.svc\./;

/** The part of a text that is the resource's own name; undefined when it names none. */
function nameIn(whole: Written, { form, except = [] }: ResourceTarget): Written | undefined {
  const { text } = whole;
  if (text === undefined) return whole;
  if (except.includes(text)) return undefined;
  if (form === "namespaced") {
    const slash = text.lastIndexOf("/") + 1;
    return partOf(whole, slash, text.length - slash);
  }
  if (form !== "host" || !/[.*]/.test(text)) return whole;
  const name = IN_FULL.exec(text)?.[1];
  return name === undefined ? undefined : partOf(whole, 0, name.length);
}

function labelsAt(site: UseSite, { shape }: LabelTarget, found: Found): Use[] {
  const selector = selectorAt(found.node, shape);
  const matchLabels = shape === "map" ? found.node : nodeAt(found.node, "matchLabels");
  const steps = shape === "map" ? found.path : [...found.path, "matchLabels"];
  const pairs = entriesOf(matchLabels).flatMap(({ key, value }) =>
    value.kind === "scalar" ? [label(site, found, [...steps, key.source], key, value, selector)] : [],
  );
  return shape === "map" ? pairs : [...pairs, ...expressionsAt(site, found, selector)];
}

/** What a map of labels or a label selector asks for; undefined when it is unreadable. */
export function selectorAt(node: Node | undefined, shape: LabelTarget["shape"]): Selector | undefined {
  if (shape === "selector") return labelSelectorOf(node);
  const labels = stringMapOf(node);
  return labels === undefined ? undefined : selectorOf(labels);
}

function expressionsAt(site: UseSite, found: Found, selector: Selector | undefined): Use[] {
  return itemsOf(nodeAt(found.node, "matchExpressions")).flatMap((expression, i) => {
    const key = nodeAt(expression, "key");
    if (key?.kind !== "scalar") return [];
    const steps = [...found.path, "matchExpressions", i];
    const operator = stringOf(nodeAt(expression, "operator"));
    if (operator === "Exists") {
      const own = label(site, found, [...steps, "key"], key, key, selector);
      return [{ ...own, keyOnly: true }];
    }
    if (operator !== "In") return [];
    return itemsOf(nodeAt(expression, "values")).flatMap((value, j) =>
      value.kind === "scalar" ? [label(site, found, [...steps, "values", j], key, value, selector)] : [],
    );
  });
}

function label(
  site: UseSite,
  { resource, node }: Found,
  path: Use["path"],
  key: ScalarNode,
  value: ScalarNode,
  selector: Selector | undefined,
): Use {
  const name = writtenAs(resource.document, value);
  return {
    ...use(site, { resource, path, node }, name),
    key: writtenAs(resource.document, key),
    selector,
  };
}
