import { demandAt, secondsToSee } from "../capacity.ts";
import type { KubeObject } from "../cluster.ts";
import { safeWeight } from "../gates/capacity-gates.ts";
import { growing, type Situation, situationOf } from "../gates/situation.ts";
import type { WeightsGoal } from "../goals/weights.ts";
import type { BaselineSide } from "../journal.ts";
import { legOf, sameLeg } from "../leg.ts";
import { valueIfKnown } from "../reading/read.ts";
import { readSides } from "../reading/sides.ts";
import { readTraffic } from "../reading/traffic.ts";
import { findRoute } from "../route.ts";
import { minimumSample, type Thresholds, windowOf } from "../thresholds.ts";
import type { Connection, Work } from "../work.ts";

/** Reads everything behind a route and looks at it as the goal would make it. Undefined when the route is gone. */
export async function readSituation(
  work: Work,
  { cluster, metrics }: Connection,
  object: KubeObject,
  goal: WeightsGoal,
  signal: AbortSignal,
  window = windowOf(work.thresholds),
): Promise<Situation | undefined> {
  const route = findRoute(object, goal.route);
  if (route === undefined) return undefined;
  const sides = await readSides(cluster, object, route.legs, signal);
  const traffic = await readTraffic(measurable(route.list) ? metrics : undefined, sides, window, signal);
  const then = route.legs.map((leg) => {
    const wanted = goal.weights.find((entry) => sameLeg(entry.leg, leg))?.weight;
    return wanted === undefined ? leg.weight : (wanted ?? 0);
  });
  return situationOf(object, route, sides, traffic, then, work.thresholds, work.request.emergency);
}

/** Istio counts requests of HTTP routes only; connections tell nothing about answers. */
function measurable(list: string): boolean {
  return list === "http" || list === "rules";
}

/** Seconds that a step has to be watched at the least; infinite where no traffic is expected. */
export function soakSeconds(situation: Situation, thresholds: Thresholds): number | undefined {
  const sample = minimumSample(thresholds);
  let longest = thresholds.soak;
  for (const { demand, shareThen } of growing(situation)) {
    if (!demand.known) return undefined;
    longest = Math.max(longest, secondsToSee(sample, demandAt(demand.value, shareThen)));
  }
  return longest;
}

/** What each destination carries before the shift. */
export function baselineOf(situation: Situation, window: number): readonly BaselineSide[] {
  return situation.lanes.map(({ leg, side, traffic, shareNow, perPod, demand }) => {
    const failures = bothOf(valueIfKnown(traffic.sourceFailures), valueIfKnown(traffic.strayFailures));
    // As the gate counts them: without those that the destination counted itself.
    const total =
      failures === undefined
        ? undefined
        : failures.reduce((sum, [flag, n]) => (flag === "-" ? sum : sum + n), 0);
    return {
      leg: legOf(leg),
      share: shareNow,
      ready: valueIfKnown(side.endpoints)?.ready ?? null,
      perPod: perPod ?? null,
      pinned: valueIfKnown(demand)?.pinned ?? null,
      weighted: valueIfKnown(demand)?.weighted ?? null,
      sourceFailures: total === undefined ? null : total / window,
    };
  });
}

function bothOf(
  own: ReadonlyMap<string, number> | undefined,
  stray: ReadonlyMap<string, number> | undefined,
): readonly (readonly [string, number])[] | undefined {
  return own === undefined || stray === undefined ? undefined : [...own, ...stray];
}

/** The smallest of what the growing destinations can take, for a step view. */
export function leastSafeWeight(situation: Situation): number | undefined {
  const safe = growing(situation).flatMap((lane) => valueIfKnown(safeWeight(situation, lane)) ?? []);
  return safe.length === 0 ? undefined : Math.min(...safe);
}
