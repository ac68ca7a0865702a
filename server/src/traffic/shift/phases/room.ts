import { scaleTo } from "../../shares.ts";
import { maxSafeWeight } from "../capacity.ts";
import type { WeightsGoal } from "../goals/weights.ts";
import type { BaselineSide } from "../journal.ts";
import { nameOfLeg, sameLeg } from "../leg.ts";
import { known, type Read } from "../reading/read.ts";
import type { Side } from "../reading/sides.ts";
import type { LiveRoute } from "../route.ts";
import type { MemberWork, Work } from "../work.ts";

/** How far back one write may go: 1 all the way, 0 no further than now. */
export interface Room {
  readonly fraction: number;
  /** A destination that is to get traffic and has nobody to answer. */
  readonly dead: string | undefined;
}

/**
 * For every destination that gets more: as much as its ready endpoints can carry by the figures of the preview, else
 * in proportion to those with which it carried its share before the shift. Metrics are not needed.
 */
export function roomOf(
  work: Work,
  member: MemberWork,
  route: LiveRoute,
  undo: WeightsGoal,
  sides: readonly Side[],
): Read<Room> {
  const then = sharesAfter(route, undo);
  const total = route.legs.reduce((sum, { weight }) => sum + weight, 0);
  let fraction = 1;
  for (const [i, leg] of route.legs.entries()) {
    const now = total <= 0 ? 0 : leg.weight / total;
    const share = then[i] ?? 0;
    if (share <= now + 1e-9) continue;
    const endpoints = sides[i]?.endpoints;
    if (endpoints === undefined || !endpoints.known)
      return endpoints ?? known({ fraction: 1, dead: undefined });
    const ready = endpoints.value?.ready ?? 0;
    if (ready === 0) return known({ fraction: 0, dead: nameOfLeg(leg) });
    const before = member.baseline.find((side) => sameLeg(side.leg, leg));
    const safe = safeShare(work, before, ready);
    if (safe === undefined || safe >= share - 1e-9) continue;
    fraction = Math.min(fraction, Math.max(0, (safe - now) / (share - now)));
  }
  return known({ fraction, dead: undefined });
}

/** The share that so many ready endpoints can carry; undefined when nothing speaks against any. */
function safeShare(work: Work, before: BaselineSide | undefined, ready: number): number | undefined {
  if (before === undefined) return undefined;
  // With as many as before it carries as much as before, whatever the figures say.
  if (before.ready !== null && ready >= before.ready) return undefined;
  if (before.perPod !== null && before.weighted !== null) {
    const demand = { weighted: before.weighted, pinned: before.pinned ?? 0, attempts: 0 };
    return maxSafeWeight(demand, { ready, perPod: before.perPod }, work.thresholds.red) / 100;
  }
  return before.ready === null || before.ready === 0 ? undefined : (before.share * ready) / before.ready;
}

function sharesAfter(route: LiveRoute, undo: WeightsGoal): readonly number[] {
  const fallback = route.list === "rules" ? 1 : 0;
  const weights = route.legs.map((leg) => {
    const entry = undo.weights.find((candidate) => sameLeg(candidate.leg, leg));
    return entry === undefined ? leg.weight : (entry.weight ?? fallback);
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (total <= 0 ? 0 : weight / total));
}

/** Weights between now and then, adding up to 100, rounded so that the old side gets no more than is safe. */
export function partWay(route: LiveRoute, undo: WeightsGoal, fraction: number): WeightsGoal {
  const then = sharesAfter(route, undo);
  const total = route.legs.reduce((sum, { weight }) => sum + weight, 0);
  const mixed = route.legs.map(({ weight }, i) => {
    const now = total <= 0 ? 0 : weight / total;
    const exact = 100 * (now + ((then[i] ?? 0) - now) * fraction);
    return { exact, grows: (then[i] ?? 0) > now };
  });
  const floored = mixed.map(({ exact, grows }) => (grows ? Math.floor(exact + 1e-9) : exact));
  const spare = 100 - floored.reduce((sum, weight) => sum + weight, 0);
  const shrinking = mixed.map(({ grows }, i) => (grows ? 0 : (floored[i] ?? 0)));
  const shrinkingSum = shrinking.reduce((sum, weight) => sum + weight, 0);
  const weights = scaleTo(
    floored.map(
      (weight, i) => weight + (shrinkingSum === 0 ? 0 : (spare * (shrinking[i] ?? 0)) / shrinkingSum),
    ),
    100,
  );
  return {
    kind: "weights",
    route: undo.route,
    weights: undo.weights.map((entry) => ({
      leg: entry.leg,
      weight: weights[route.legs.findIndex((leg) => sameLeg(leg, entry.leg))] ?? entry.weight,
    })),
  };
}
