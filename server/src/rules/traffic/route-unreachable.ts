import { moveItemBefore, moveItemLast } from "../../fixes/list-edit.ts";
import { t } from "../../model/message.ts";
import { entryOf, present } from "../../model/node.ts";
import { type Resource, titleOf } from "../../model/resource.ts";
import { gatewaysOf } from "../../traffic/istio.ts";
import { ANY_REQUEST, coversMatch } from "../../traffic/istio-match.ts";
import { nameOfRoute, type SplitRoute, splitsOf } from "../../traffic/weighted-route.ts";
import { defineRule } from "../rule.ts";
import { hasDelegate, isConditional, isReplaced } from "./written.ts";

/** A route that nothing reaches, and the earlier ones that take its requests; positions in `spec.http`. */
interface Unreachable {
  readonly route: SplitRoute;
  readonly coveredBy: readonly SplitRoute[];
}

export default defineRule<Unreachable>({
  id: "route-unreachable",
  title: "Route is never reached",
  severity: "error",
  appliesTo: ["networking.istio.io/*/VirtualService"],
  judges: ["complete", "patch", "template"],
  docs: {
    why: "Istio takes the first http route that matches, and the first tcp route. A route behind one that takes all its requests is dead: the header route of a canary never sees an internal user, the path of a new service is answered by the old one. Nothing warns about it when it is applied.",
    how: "Put the special routes first and the general ones last; only the last may be without `match`. A prefix counts characters, so `/api` takes `/apiary` too. The rule compares routes of one VirtualService: across several that share a gateway's host, Istio does not define the order. Routes of the Gateway API go by the most specific match, not by order, so they are not judged.",
    sources: [
      "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest",
      "https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services",
      "https://istio.io/latest/docs/reference/config/analysis/ist0130/",
      "https://github.com/istio/istio/blob/1.28.0/pilot/pkg/networking/core/route/route.go",
      "https://github.com/istio/istio/blob/1.28.0/pilot/pkg/networking/core/tls.go",
    ],
  },
  check(resource, context) {
    const spec = resource.get("spec");
    if (spec?.kind !== "map") return;
    const lists = LISTS.filter(
      (list) =>
        !isConditional(resource, spec, list) && !isReplaced(context.snapshot, resource, `spec.${list}`),
    );
    const gateways = gatewaysOf(resource);
    for (const found of lists.flatMap((list) => unreachableAmong(routesIn(resource, list), gateways))) {
      const { route, coveredBy } = found;
      const [first] = coveredBy;
      if (first === undefined) continue;
      const values = { route: nameOfRoute(route), earlier: coveredBy.map(nameOfRoute).join(", ") };
      context.report(
        resource.locate(titleOf(route.node)),
        coveredBy.length > 1
          ? t(
              "Nothing reaches {route}: the first route that matches wins, and {earlier} before it take all that it asks for.",
              values,
            )
          : first.matches.length === 0
            ? t(
                "Nothing reaches {route}: the first route that matches wins, and {earlier} before it has no match, so it takes everything.",
                values,
              )
            : t(
                "Nothing reaches {route}: the first route that matches wins, and {earlier} before it takes all that it asks for.",
                values,
              ),
        found,
        {
          related: coveredBy.map((earlier) => ({
            location: resource.locate(titleOf(earlier.node)),
            message: t("This route takes its requests"),
          })),
        },
      );
    }
  },
  fixes: [
    {
      id: "move-general-last",
      title: ({ coveredBy }) => t("Move {route} last", { route: coveredBy.map(nameOfRoute).join(", ") }),
      // It changes where requests go: that is the point, but a person has to want it.
      preferred: false,
      edits({ route, coveredBy }, resource) {
        const [general, second] = coveredBy;
        if (general === undefined || second !== undefined || general.matches.length > 0) return undefined;
        const list = listOf(resource);
        const order = routesIn(resource, "http").filter((other) => other !== general);
        if (route.protocol !== "http" || list === undefined || !helps(resource, route, [...order, general]))
          return undefined;
        return moveItemLast(resource.document, list, general.index);
      },
    },
    {
      id: "move-before",
      title: ({ route, coveredBy }) =>
        t("Move {route} in front of {earlier}", {
          route: nameOfRoute(route),
          earlier: coveredBy.map(nameOfRoute)[0] ?? "",
        }),
      preferred: false,
      edits({ route, coveredBy }, resource) {
        const list = listOf(resource);
        const [first] = coveredBy;
        if (route.protocol !== "http" || first === undefined || list === undefined) return undefined;
        const others = routesIn(resource, "http").filter((other) => other !== route);
        const at = others.indexOf(first);
        if (!helps(resource, route, [...others.slice(0, at), route, ...others.slice(at)])) return undefined;
        return moveItemBefore(resource.document, list, route.index, first.index);
      },
    },
  ],
});

/** Lists in which the first route that fits wins; those for TLS are told apart by the names they ask for. */
const LISTS = ["http", "tcp"] as const;

function routesIn(resource: Resource, list: (typeof LISTS)[number]): readonly SplitRoute[] {
  return splitsOf(resource).filter(({ protocol }) => protocol === list);
}

function listOf(resource: Resource) {
  const list = resource.get("spec.http");
  return list?.kind === "seq" ? list : undefined;
}

/** Pairs of matches that are compared; a list long enough to exceed it is not written by hand. */
const MOST_PAIRS = 1_000_000;

/** Each route all of whose matches are taken by single matches of earlier routes. */
function unreachableAmong(
  routes: readonly SplitRoute[],
  gateways: readonly string[] | undefined,
): readonly Unreachable[] {
  const found: Unreachable[] = [];
  const earlier: SplitRoute[] = [];
  let catchAll: SplitRoute | undefined;
  let matches = 0;
  let pairs = 0;
  for (const route of routes) {
    pairs += matches * route.matches.length;
    const covering = pairs > MOST_PAIRS ? undefined : coveringOf(route, earlier, gateways);
    const coveredBy = catchAll === undefined ? covering : [catchAll];
    if (coveredBy !== undefined) found.push({ route, coveredBy });
    if (hasDelegate(route)) continue;
    earlier.push(route);
    matches += route.matches.length;
    if (catchAll === undefined && takesEverything(route, gateways)) catchAll = route;
  }
  return found;
}

/** Whether no request gets past the route. */
function takesEverything(route: SplitRoute, gateways: readonly string[] | undefined): boolean {
  if (route.matches.length === 0) return isMatchless(route.node);
  return route.matches.some((match) => coversMatch(match, ANY_REQUEST, gateways));
}

/** The earlier routes that take each of its matches; undefined when something is left, as far as is certain. */
function coveringOf(
  route: SplitRoute,
  earlier: readonly SplitRoute[],
  gateways: readonly string[] | undefined,
): readonly SplitRoute[] | undefined {
  if (route.matches.length === 0) return undefined;
  const found = new Set<SplitRoute>();
  for (const match of route.matches) {
    const covering = earlier.find(({ matches }) =>
      matches.some((other) => coversMatch(other, match, gateways)),
    );
    if (covering === undefined) return undefined;
    found.add(covering);
  }
  return [...found];
}

/** A `match` that is no list is unreadable, not absent. */
function isMatchless(node: SplitRoute["node"]): boolean {
  const match = present(entryOf(node, "match")?.value);
  return match === undefined || match.kind === "seq";
}

/** A longer list is ordered by whatever wrote it. */
const MOST_MOVED = 60;

/** Whether in that order the route is reached, and none is cut off that was not. */
function helps(resource: Resource, route: SplitRoute, order: readonly SplitRoute[]): boolean {
  if (order.length > MOST_MOVED) return false;
  const gateways = gatewaysOf(resource);
  const before = new Set(unreachableAmong(routesIn(resource, "http"), gateways).map((found) => found.route));
  const after = unreachableAmong(order, gateways).map((found) => found.route);
  return !after.includes(route) && after.every((found) => before.has(found));
}
