import { t } from "../../model/message.ts";
import { type Node, nodeAt, present, sameValue } from "../../model/node.ts";
import { titleOf } from "../../model/resource.ts";
import { gatewaysOf } from "../../traffic/istio.ts";
import { coversMatch } from "../../traffic/istio-match.ts";
import { type Overlap, overlapOf } from "../../traffic/match-overlap.ts";
import { labelsOf, shorten } from "../../traffic/shares.ts";
import { nameOfRoute, type SplitRoute, splitsOf } from "../../traffic/weighted-route.ts";
import { defineRule } from "../rule.ts";
import { hasDelegate, isConditional, isReplaced } from "./written.ts";

/** Each match is compared with each; a longer list is not written by hand. */
const MOST = 300;

export default defineRule({
  id: "routes-overlap",
  title: "Two header routes match the same request",
  severity: "warning",
  appliesTo: ["networking.istio.io/*/VirtualService"],
  judges: ["complete", "patch", "template"],
  docs: {
    why: "In an A/B test every user belongs to one group. When two routes ask for different headers, or for values that cross, a request can fulfil both: Istio takes the first of them, so those users are counted for one group and answered by the other, and turning the list round changes who gets what. Users who carry the labels of two tests are the rule, not the exception, as soon as two tests run.",
    how: "Let the conditions exclude each other: one header with different exact values, or `withoutHeaders` in the second route. Or write the route for both conditions first, so that the order is said. A special case in front of its general one is fine, and so are routes with the same destinations. Of regular expressions only words with `|` between them are compared.",
    sources: [
      "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest",
      "https://istio.io/latest/docs/concepts/traffic-management/#routing-rule-precedence",
    ],
  },
  check(resource, context) {
    const spec = resource.get("spec");
    if (spec?.kind !== "map" || isConditional(resource, spec, "http")) return;
    if (isReplaced(context.snapshot, resource, "spec.http")) return;
    const routes = splitsOf(resource).filter(
      (route) => route.protocol === "http" && route.destinations.length > 0 && !hasDelegate(route),
    );
    if (routes.reduce((sum, route) => sum + route.matches.length, 0) > MOST) return;
    const gateways = gatewaysOf(resource);
    for (const [i, route] of routes.entries()) {
      const found = firstOverlap(routes.slice(0, i), route, gateways);
      if (found === undefined) continue;
      const values = {
        conditions: shorten(found.conditions),
        earlier: nameOfRoute(found.earlier),
        route: nameOfRoute(route),
        winner: labelsOf(found.earlier).join(", "),
        loser: labelsOf(route).join(", "),
      };
      context.report(
        resource.locate(titleOf(route.node)),
        t(
          "A request with {conditions} matches {earlier} and {route}: the first wins, so {winner} answers it and never {loser}, and the order of the list decides who belongs to which group. Let the conditions exclude each other, or put a route for both in front.",
          values,
        ),
        undefined,
        {
          evidence: [found.earlier.node, route.node],
          related: [
            {
              location: resource.locate(titleOf(found.earlier.node)),
              message: t("This route takes its requests"),
            },
          ],
        },
      );
    }
  },
});

interface Found extends Overlap {
  readonly earlier: SplitRoute;
}

/** The first of the earlier routes that takes some of its requests for other destinations. */
function firstOverlap(
  earlier: readonly SplitRoute[],
  route: SplitRoute,
  gateways: readonly string[] | undefined,
): Found | undefined {
  for (const [i, other] of earlier.entries()) {
    if (hasSameDestinations(other, route)) continue;
    for (const match of route.matches) {
      for (const first of other.matches) {
        // Then nothing reaches it, which is another rule's.
        if (coversMatch(first, match, gateways)) continue;
        const overlap = overlapOf(first, match);
        if (overlap !== undefined && !isSettled(earlier.slice(0, i), overlap.both, gateways))
          return { ...overlap, earlier: other };
      }
    }
  }
  return undefined;
}

/** Whether a route in front of both says where requests go that fulfil both. */
function isSettled(
  before: readonly SplitRoute[],
  both: Node,
  gateways: readonly string[] | undefined,
): boolean {
  return before.some(({ matches }) => matches.some((match) => coversMatch(match, both, gateways)));
}

function hasSameDestinations(a: SplitRoute, b: SplitRoute): boolean {
  return sameValue(present(nodeAt(a.node, "route")), present(nodeAt(b.node, "route")));
}
