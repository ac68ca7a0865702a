import { createHash } from "node:crypto";
import type { KubeObject } from "./cluster.ts";
import { at, canonical, listOf, textAt } from "./json.ts";
import { gatewayLegs, istioLegs, type Leg, type LiveLeg, legOf, sameLeg } from "./leg.ts";

/** Lists of an object that hold weighted routes. */
export type RouteList = "http" | "tls" | "tcp" | "rules";

/** A weighted route where it stands in a live object. */
export interface LiveRoute {
  readonly list: RouteList;
  readonly index: number;
  readonly name: string | undefined;
  /** Whether it takes everything that reaches it. */
  readonly takesAll: boolean;
  readonly key: RouteKey;
  readonly legs: readonly LiveLeg[];
}

/**
 * Finds a route again in another version of its object, wherever it stands there. Conditions are kept as a hash:
 * a journal must not hold header values.
 */
export interface RouteKey {
  readonly list: RouteList;
  readonly name?: string;
  /** SHA-256 of the canonical conditions. */
  readonly conditions: string;
  readonly legs: readonly Leg[];
}

const LISTS: Readonly<Record<string, readonly RouteList[]>> = {
  VirtualService: ["http", "tls", "tcp"],
  HTTPRoute: ["rules"],
};

/** The weighted routes of a VirtualService or HTTPRoute; those without destinations, or with unreadable ones, are left out. */
export function routesOfObject(object: KubeObject): readonly LiveRoute[] {
  return (LISTS[object.kind] ?? []).flatMap((list) =>
    listOf(at(object, "spec", list)).flatMap((route, index) => routeOf(list, index, route) ?? []),
  );
}

function routeOf(list: RouteList, index: number, route: unknown): LiveRoute | undefined {
  const path = ["spec", list, index];
  const legs = list === "rules" ? gatewayLegs(route, path) : istioLegs(route, path);
  if (legs === undefined || legs.length === 0) return undefined;
  const conditions = listOf(at(route, list === "rules" ? "matches" : "match"));
  const name = textAt(route, "name");
  return {
    list,
    index,
    name,
    takesAll: conditions.every((condition) => takesAll(list, condition)),
    legs,
    key: {
      list,
      ...(name !== undefined && { name }),
      conditions: createHash("sha256").update(canonical(conditions)).digest("hex"),
      legs: legs.map(legOf),
    },
  };
}

/** The API server writes `path: {type: PathPrefix, value: /}` into an HTTPRoute's rule that has no conditions. */
function takesAll(list: RouteList, condition: unknown): boolean {
  if (list !== "rules") return canonical(condition) === "{}";
  const rest = canonical(condition);
  return rest === "{}" || rest === '{"path":{"type":"PathPrefix","value":"/"}}';
}

/** The one route that the key means; undefined when it is gone, changed its conditions or destinations, or there are two. */
export function findRoute(object: KubeObject, key: RouteKey): LiveRoute | undefined {
  const found = routesOfObject(object).filter(
    (route) =>
      route.list === key.list &&
      route.name === key.name &&
      route.key.conditions === key.conditions &&
      sameLegs(route.legs, key.legs),
  );
  return found.length === 1 ? found[0] : undefined;
}

/** The same destinations in any order, none twice. */
function sameLegs(a: readonly Leg[], b: readonly Leg[]): boolean {
  return (
    a.length === b.length &&
    a.every((leg) => b.filter((other) => sameLeg(leg, other)).length === 1) &&
    b.every((leg) => a.filter((other) => sameLeg(leg, other)).length === 1)
  );
}

/** What part of the route's traffic a destination gets, from 0 to 1 (Istio: a single destination gets all). */
export function shareOf(route: LiveRoute, leg: Leg): number {
  if (route.legs.length === 1 && route.list !== "rules") return 1;
  const total = route.legs.reduce((sum, { weight }) => sum + weight, 0);
  const own = route.legs.find((candidate) => sameLeg(candidate, leg))?.weight ?? 0;
  return total <= 0 ? 0 : own / total;
}
