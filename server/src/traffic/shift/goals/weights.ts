import type { Operation } from "rfc6902";
import { t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import { at, pointer } from "../json.ts";
import { type Leg, type LiveLeg, legOf, nameOfLeg, sameLeg } from "../leg.ts";
import { type Planned, planned } from "../patch.ts";
import { findRoute, type LiveRoute, type RouteKey } from "../route.ts";
import type { Goal } from "./goal.ts";

/** Gives the destinations of one route these weights, in one write. */
export interface WeightsGoal {
  readonly kind: "weights";
  readonly route: RouteKey;
  readonly weights: readonly WeightOfLeg[];
}

export interface WeightOfLeg {
  readonly leg: Leg;
  /** Null: no weight is to be written at all, as it was before. */
  readonly weight: number | null;
}

/** The patch: every destination of the route is tested, the weights that differ are added or removed. */
export function planWeights(object: KubeObject, goal: WeightsGoal): Planned {
  const route = findRoute(object, goal.route);
  if (route === undefined)
    return {
      ok: false,
      reason: t(
        "The route to {legs} is no longer in {kind} {name} as it was: its conditions or destinations changed, or it stands there twice. Preview the shift again.",
        { legs: goal.route.legs.map(nameOfLeg).join(", "), kind: object.kind, name: object.metadata.name },
      ),
    };
  const changes = route.legs.flatMap((leg) => changeOf(leg, goal));
  return planned(object, [...identityTests(object, route), ...changes]);
}

function changeOf(leg: LiveLeg, { weights }: WeightsGoal): Operation[] {
  const wanted = weights.find((entry) => sameLeg(entry.leg, leg))?.weight;
  const path = pointer(...leg.path, "weight");
  if (wanted === undefined || wanted === (leg.written ?? null)) return [];
  // `add` and not `replace`: a weight of 0 may be absent from the live object.
  return wanted === null ? [{ op: "remove", path }] : [{ op: "add", path, value: wanted }];
}

/** That the route still stands where it was found, with its destinations: 422 where it does not. */
export function identityTests(object: KubeObject, { legs }: LiveRoute): readonly Operation[] {
  return legs.flatMap((leg) => testsOf(object, leg));
}

/**
 * Where a destination has no subset or port, absence cannot be tested by itself, so the whole of it is: else one
 * that got a subset meanwhile would pass for it.
 */
function testsOf(object: KubeObject, leg: LiveLeg): Operation[] {
  const test = (...path: (string | number)[]): Operation => ({
    op: "test",
    path: pointer(...leg.path, ...path),
    value: at(object, ...leg.path, ...path),
  });
  if (leg.path.includes("backendRefs"))
    return ["name", "namespace", "group", "kind", "port"]
      .filter((key) => at(object, ...leg.path, key) !== undefined)
      .map((key) => test(key));
  const host = test("destination", "host");
  return leg.subset === undefined || leg.port !== undefined
    ? [host, test("destination")]
    : [host, test("destination", "subset")];
}

/** The weights that a goal sets, by itself or together with other things. */
export function weightsIn(goal: Goal): WeightsGoal | undefined {
  if (goal.kind === "weights") return goal;
  return goal.kind === "all" ? goal.goals.map(weightsIn).find((found) => found !== undefined) : undefined;
}

/** The goal that leads back to the weights as they are in `object`. */
export function weightsOfRoute(route: LiveRoute): WeightsGoal {
  return {
    kind: "weights",
    route: route.key,
    weights: route.legs.map((leg) => ({ leg: legOf(leg), weight: leg.written ?? null })),
  };
}
