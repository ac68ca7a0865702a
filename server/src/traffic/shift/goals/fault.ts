import { isDeepStrictEqual } from "node:util";
import { t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import { at, pointer } from "../json.ts";
import { nameOfLeg } from "../leg.ts";
import { type Planned, planned } from "../patch.ts";
import { findRoute, type RouteKey } from "../route.ts";
import { identityTests } from "./weights.ts";

/** Injects a fault into a route, or takes it away: the failure that a drill plays. */
export interface FaultGoal {
  readonly kind: "fault";
  readonly route: RouteKey;
  /** How many requests of a hundred fail with 503; 0 takes the fault away. */
  readonly percent: number;
  /** The fault that is taken away; any other was put there by somebody else. */
  readonly was: number;
}

/** The fault as it stands in the route: Envoy answers in place of the destination. */
function faultOf(percent: number): Record<string, unknown> {
  return { abort: { httpStatus: 503, percentage: { value: percent } } };
}

/** The patch. A route that has a fault of its own is left alone. */
export function planFault(object: KubeObject, goal: FaultGoal): Planned {
  const route = findRoute(object, goal.route);
  if (route === undefined || route.list !== "http")
    return {
      ok: false,
      reason: t(
        "The http route to {legs} is no longer there as it was. Look for a fault of 503 in it by hand.",
        {
          legs: goal.route.legs.map(nameOfLeg).join(", "),
        },
      ),
    };
  const path = ["spec", "http", route.index] as const;
  const present = at(object, ...path, "fault");
  const test = identityTests(object, route);
  const foreign = t(
    "The route has a fault that Nines did not put there. Remove it first; a drill on top of it would measure nothing.",
  );
  if (goal.percent === 0) {
    if (present === undefined) return planned(object, []);
    if (!isDeepStrictEqual(present, faultOf(goal.was))) return { ok: false, reason: foreign };
    return planned(object, [...test, { op: "remove", path: pointer(...path, "fault") }]);
  }
  if (isDeepStrictEqual(present, faultOf(goal.percent))) return planned(object, []);
  if (present !== undefined) return { ok: false, reason: foreign };
  return planned(object, [
    ...test,
    { op: "add", path: pointer(...path, "fault"), value: faultOf(goal.percent) },
  ]);
}
