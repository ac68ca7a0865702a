import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Operation } from "rfc6902";
import { type Message, t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import { at, canonical, listOf, pointer, textAt } from "../json.ts";
import { type Leg, nameOfLeg } from "../leg.ts";
import { type Planned, planned } from "../patch.ts";
import { findRoute, type RouteKey } from "../route.ts";
import { identityTests } from "./weights.ts";

/** Puts named header routes in front of a route (A/B test). The first of the list stands first afterwards. */
export interface InsertRoutesGoal {
  readonly kind: "insertRoutes";
  readonly before: RouteKey;
  readonly routes: readonly HeaderRoute[];
}

/** Requests with this header value go to this destination. */
export interface HeaderRoute {
  readonly name: string;
  readonly header: string;
  readonly exact: string;
  readonly to: Leg;
}

/** A variant of an A/B test: a value of its header, and where requests with it go (`host` or `host/subset`). */
export interface HeaderVariant {
  readonly value: string;
  readonly to: string;
}

/** The header route of a variant. Istio wants names of headers in lower case; they mean the same in any. */
export function headerRouteOf(header: string, { value, to }: HeaderVariant): HeaderRoute {
  const [host = "", subset] = to.split("/");
  return {
    name: `${header}-${value}`.toLowerCase().replace(/[^a-z0-9-]+/g, "-"),
    header: header.toLowerCase(),
    exact: value,
    to: { host, ...(subset !== undefined && { subset }) },
  };
}

/** Takes named routes away again, provided they are still what was put in. */
export interface RemoveRoutesGoal {
  readonly kind: "removeRoutes";
  readonly routes: readonly { readonly name: string; readonly content: string }[];
}

/** The patch: the later routes first, all at the index of the default route. */
export function planInsertRoutes(object: KubeObject, goal: InsertRoutesGoal): Planned {
  const route = findRoute(object, goal.before);
  if (route === undefined || route.list !== "http")
    return {
      ok: false,
      reason: t(
        "The http route to {legs}, in front of which the header routes belong, is no longer there as it was. Preview again.",
        { legs: goal.before.legs.map(nameOfLeg).join(", ") },
      ),
    };
  const names = listOf(at(object, "spec", "http")).map((item) => textAt(item, "name"));
  const present = goal.routes.filter(({ name }) => names.includes(name));
  if (present.length === goal.routes.length && goal.routes.every((wanted) => isThere(object, wanted)))
    return { ok: true, operations: [], after: object };
  if (present.length > 0) return { ok: false, reason: taken(present.map(({ name }) => name)) };
  const adds = goal.routes.toReversed().map(
    (wanted): Operation => ({
      op: "add",
      path: pointer("spec", "http", route.index),
      value: contentOf(wanted),
    }),
  );
  return planned(object, [...identityTests(object, route), ...adds]);
}

/** The patch: from the last to the first, so that no removal moves the next. */
export function planRemoveRoutes(object: KubeObject, goal: RemoveRoutesGoal): Planned {
  const list = listOf(at(object, "spec", "http"));
  const operations: Operation[] = [];
  for (const [index, item] of [...list.entries()].toReversed()) {
    const wanted = goal.routes.find(({ name }) => name === textAt(item, "name"));
    if (wanted === undefined) continue;
    if (hashOf(item) !== wanted.content)
      return {
        ok: false,
        reason: t(
          "The route “{name}” was changed since it was put in. Remove it by hand after a look at it.",
          { name: wanted.name },
        ),
      };
    operations.push(
      { op: "test", path: pointer("spec", "http", index, "name"), value: wanted.name },
      { op: "remove", path: pointer("spec", "http", index) },
    );
  }
  if (operations.length > 0 && operations.length / 2 === list.length)
    return { ok: false, reason: t("Without these routes the VirtualService would have no http route left.") };
  return planned(object, operations);
}

/** The goal that removes what the insertion puts in. */
export function removalOf({ routes }: InsertRoutesGoal): RemoveRoutesGoal {
  return {
    kind: "removeRoutes",
    routes: routes.map((route) => ({ name: route.name, content: hashOf(contentOf(route)) })),
  };
}

/** The goal that removes a route as it is now, by its name; undefined for a route without one. */
export function removalOfLive(object: KubeObject, index: number): RemoveRoutesGoal | undefined {
  const item = at(object, "spec", "http", index);
  const name = textAt(item, "name");
  return name === undefined ? undefined : { kind: "removeRoutes", routes: [{ name, content: hashOf(item) }] };
}

function contentOf({ name, header, exact, to }: HeaderRoute): Record<string, unknown> {
  const destination = {
    host: to.host,
    ...(to.subset !== undefined && { subset: to.subset }),
    ...(to.port !== undefined && { port: { number: to.port } }),
  };
  return { name, match: [{ headers: { [header]: { exact } } }], route: [{ destination }] };
}

function isThere(object: KubeObject, wanted: HeaderRoute): boolean {
  return listOf(at(object, "spec", "http")).some((item) => isDeepStrictEqual(item, contentOf(wanted)));
}

function hashOf(route: unknown): string {
  return createHash("sha256").update(canonical(route)).digest("hex");
}

function taken(names: readonly string[]): Message {
  return t(
    "There already are routes named {names} with other contents. Choose other names, or remove those routes first.",
    { names: names.join(", ") },
  );
}
