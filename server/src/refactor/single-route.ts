import type { DocumentEdit } from "../fixes/edit.ts";
import { appendItem } from "../fixes/list-edit.ts";
import type { Value } from "../fixes/style.ts";
import { toValue } from "../fixes/value.ts";
import { insertEntry, replaceValue } from "../fixes/yaml-edit.ts";
import {
  entriesOf,
  entryOf,
  itemsOf,
  type MapNode,
  type Node,
  nodeAt,
  type SeqNode,
  stringOf,
} from "../model/node.ts";
import { type Destination, type SplitRoute, splitsOf } from "../traffic/weighted-route.ts";
import type { Place, World } from "./refactoring.ts";
import { isControlled, isWritable } from "./writable.ts";

/** An http route of a VirtualService with one destination that can be rewritten. */
export interface SingleRoute {
  readonly route: SplitRoute;
  readonly destination: Destination;
  readonly target: MapNode;
  readonly host: string;
  /** The route's own list of destinations. */
  readonly list: SeqNode;
  /** `spec.http`. */
  readonly routes: SeqNode;
}

/**
 * The http route at the cursor; where the cursor is in none of them, the one that takes what no other does. Undefined
 * where a rewrite would be unsafe.
 */
export function routeAt({ resource, offset }: Place, world: World): SplitRoute | undefined {
  if (!isWritable(resource, "spec.http", world)) return undefined;
  const routes = splitsOf(resource).filter(({ protocol }) => protocol === "http");
  const { text } = resource.document;
  const lineOf = (at: number) => text.lastIndexOf("\n", at - 1) + 1;
  const found =
    routes.find(({ node: { range } }) => lineOf(range.start) <= offset && offset <= range.end) ??
    routes.find(({ matches }) => matches.length === 0);
  return found === undefined || entryOf(found.node, "delegate") !== undefined ? undefined : found;
}

/** The route at the cursor, if it has one destination. */
export function singleRouteAt(place: Place, world: World): SingleRoute | undefined {
  const route = routeAt(place, world);
  const routes = place.resource.get("spec.http");
  const [destination, ...more] = route?.destinations ?? [];
  if (route?.list === undefined || routes?.kind !== "seq" || destination === undefined) return undefined;
  const { host, target } = destination;
  if (more.length > 0 || route.list.items.length !== 1) return undefined;
  if (host.state !== "known" || target === undefined) return undefined;
  if (isControlled(place.resource, host.value, world)) return undefined;
  return { route, destination, target, host: host.value, list: route.list, routes };
}

/** Makes the destination one of two, with these subsets and weights. */
export function splitEdits(
  { route: { resource }, destination, target, list }: SingleRoute,
  subsets: readonly [string, string],
  weights: readonly [number, number],
): readonly DocumentEdit[] {
  const { document } = resource;
  const second = toValue(destination.node) as { readonly [key: string]: Value }; // the value of a map is one
  return [
    ...subsetEdits(destination, target, resource.document, subsets[0]),
    weightEdit(destination, document, weights[0]),
    appendItem(document, list, {
      ...second,
      destination: { ...withoutSubset(target), subset: subsets[1], ...portOf(target) },
      weight: weights[1],
    }),
  ];
}

/** Sets the weight of a destination. */
export function weightEdit(
  { node, weight }: Destination,
  document: SplitRoute["resource"]["document"],
  value: number,
): DocumentEdit {
  const entry = entryOf(node, "weight");
  if (weight.state === "absent" && entry === undefined)
    return insertEntry(document, node, "weight", value, { after: ["destination"] });
  return replaceValue(document, entry?.value ?? node, value);
}

function subsetEdits(
  { subset }: Destination,
  target: MapNode,
  document: SplitRoute["resource"]["document"],
  name: string,
): readonly DocumentEdit[] {
  if (subset.state !== "absent") return [];
  return [insertEntry(document, target, "subset", name, { after: ["host"] })];
}

/**
 * A route in front of the given one for requests with a header: to another subset, with everything else that the
 * route does to its requests (timeouts, retries, rewrites), but for faults and mirrors.
 */
export function headerRoute(
  single: SingleRoute,
  header: Header,
  subset: string,
  name: string | undefined,
): Value {
  const { route, destination, target } = single;
  const rest = entriesOf(route.node).filter(({ key }) => !LEFT_OUT.has(key.source));
  const item = entriesOf(destination.node).filter(
    ({ key }) => !["weight", "destination"].includes(key.source),
  );
  return {
    ...(name === undefined ? {} : { name }),
    match: matchesWith(route, header),
    ...Object.fromEntries(rest.map(({ key, value }) => [key.source, toValue(value)])),
    route: [
      {
        destination: { ...withoutSubset(target), subset, ...portOf(target) },
        ...Object.fromEntries(item.map(({ key, value }) => [key.source, toValue(value)])),
      },
    ],
  };
}

const LEFT_OUT: ReadonlySet<string> = new Set([
  "name",
  "match",
  "route",
  "fault",
  "mirror",
  "mirrors",
  "mirrorPercent",
  "mirror_percent",
  "mirrorPercentage",
]);

/** A header by which requests are told apart. */
export interface Header {
  readonly name: string;
  readonly value: string;
}

/** Each condition of the route, and the header besides. */
function matchesWith({ matches }: SplitRoute, { name, value }: Header): Value {
  // A new one each time: what stands twice would be written with an anchor.
  const added = () => ({ [name]: { exact: value } });
  if (matches.length === 0) return [{ headers: added() }];
  return matches.map((match) => {
    const written = toValue(match) as { readonly [key: string]: Value }; // a condition is a map
    const headers = nodeAt(match, "headers");
    const own = headers === undefined ? {} : (toValue(headers) as typeof written); // and so are its headers
    return { ...written, headers: { ...own, ...added() } };
  });
}

/** Whether some http route of the resource is for requests with this header. */
export function routesByHeader({ route }: SingleRoute, header: string): readonly SplitRoute[] {
  return splitsOf(route.resource).filter(({ matches }) =>
    matches.some((match) => nodeAt(match, ["headers", header]) !== undefined),
  );
}

/** The name, unless a route of the resource has it. */
export function freeName({ route }: SingleRoute, name: string): string | undefined {
  return itemsOf(route.resource.get("spec.http")).some((one: Node) => stringOf(nodeAt(one, "name")) === name)
    ? undefined
    : name;
}

function withoutSubset(target: MapNode): { readonly [key: string]: Value } {
  const kept = target.entries.filter(({ key }) => key.source !== "subset" && key.source !== "port");
  return Object.fromEntries(kept.map(({ key, value }) => [key.source, toValue(value)]));
}

/** Behind the subset, as people write it. */
function portOf(target: MapNode): { readonly [key: string]: Value } {
  const port = nodeAt(target, "port");
  return port === undefined ? {} : { port: toValue(port) };
}
