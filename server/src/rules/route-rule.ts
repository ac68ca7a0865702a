import type { Resource } from "../model/resource.ts";
import { routesOf, routeTypes, type WeightedRoute } from "../traffic/weighted-route.ts";
import { compile, type Fix, type Rule, type RuleSource } from "./rule.ts";

type RouteOf<Kind extends WeightedRoute["kind"]> = Extract<WeightedRoute, { kind: Kind }>;

/** What travels from a finding about one route to its fixes. */
interface Judged<Route, Payload> {
  readonly route: Route;
  readonly payload: Payload;
}

/**
 * A rule over weighted routes, one at a time: the splits of VirtualServices and of the Gateway API, the locality
 * splits of DestinationRules, the steps of Argo Rollouts and Flagger. `kinds` says which of them it can judge,
 * `types` narrows it down to some resources.
 */
export function defineRouteRule<
  Kind extends WeightedRoute["kind"],
  Payload = void,
  Options extends object = object,
>(
  source: RuleSource<RouteOf<Kind>, Payload, Options> & {
    readonly kinds: readonly Kind[];
    readonly types?: readonly string[];
  },
): Rule {
  const types = source.types ?? routeTypes;
  const kinds: ReadonlySet<string> = new Set(source.kinds);
  const isJudged = (route: WeightedRoute): route is RouteOf<Kind> => kinds.has(route.kind);
  const subjectOf = (resource: Resource) => {
    const routes = types.includes(resource.type) ? routesOf(resource).filter(isJudged) : [];
    return routes.length === 0 ? undefined : routes;
  };
  return compile<readonly RouteOf<Kind>[], Judged<RouteOf<Kind>, Payload>, Options>(
    {
      ...source,
      check(routes, context) {
        for (const route of routes) {
          source.check(route, {
            ...context,
            report: (at, message, payload, extras) => context.report(at, message, { route, payload }, extras),
          });
        }
      },
      fixes: (source.fixes ?? []).map((fix) => perRoute(fix)),
    },
    types,
    subjectOf,
  );
}

/** The fix of one route as a fix of the resource that holds it. */
function perRoute<Route, Payload>(fix: Fix<Route, Payload>): Fix<readonly Route[], Judged<Route, Payload>> {
  const answer = (
    given: Fix<Route, Payload>["preferred"],
  ): Fix<readonly Route[], Judged<Route, Payload>>["preferred"] =>
    typeof given === "boolean" ? given : ({ route, payload }) => given(payload, route);
  return {
    id: fix.id,
    title: ({ route, payload }) => fix.title(payload, route),
    preferred: answer(fix.preferred),
    needsConfirmation: answer(fix.needsConfirmation ?? false),
    edits: ({ route, payload }, _, snapshot) => fix.edits(payload, route, snapshot),
  };
}
