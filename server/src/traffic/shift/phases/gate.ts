import { t } from "../../../model/message.ts";
import type { KubeObject, Metrics } from "../cluster.ts";
import type { Check } from "../gates/check.ts";
import { growing, type Situation, situationOf } from "../gates/situation.ts";
import { trafficChecks } from "../gates/traffic-gates.ts";
import type { WeightsGoal } from "../goals/weights.ts";
import type { BaselineSide } from "../journal.ts";
import { legOf, sameLeg } from "../leg.ts";
import { known, type Read, unknown, valueIfKnown } from "../reading/read.ts";
import { readSides } from "../reading/sides.ts";
import { readTraffic } from "../reading/traffic.ts";
import { findRoute, type RouteList } from "../route.ts";
import { windowOf } from "../thresholds.ts";
import type { Connection, Work } from "../work.ts";

/** What is to be looked at. */
export interface View {
  readonly connection: Connection;
  readonly object: KubeObject;
  readonly goal: WeightsGoal;
  /** What the sides carried before the shift; empty in the preview. */
  readonly baseline: readonly BaselineSide[];
  /** Seconds that the figures are about; as long as queries are by themselves unless stated. */
  readonly window?: number;
}

/** Reads everything behind a route and looks at it as the goal would make it. Undefined when the route is gone. */
export async function readSituation(
  work: Work,
  { connection: { cluster, metrics }, object, goal, baseline, window }: View,
  signal: AbortSignal,
): Promise<Situation | undefined> {
  const route = findRoute(object, goal.route);
  if (route === undefined) return undefined;
  const sides = await readSides(cluster, object, route.legs, signal);
  const measured = metricsFor(route.list, metrics);
  const traffic = await readTraffic(measured, sides, window ?? windowOf(work.thresholds), signal);
  const weightsThen = route.legs.map((leg) => {
    const wanted = goal.weights.find((entry) => sameLeg(entry.leg, leg))?.weight;
    return wanted === undefined ? leg.weight : (wanted ?? 0);
  });
  const seen = { object, route, sides, traffic, weightsThen, baseline };
  return situationOf(seen, work.thresholds, work.request.emergency);
}

/** Istio counts requests of HTTP routes only; connections tell nothing about answers. */
export function metricsFor(list: RouteList, metrics: Metrics | undefined): Read<Metrics> {
  if (list === "tcp" || list === "tls")
    return unknown(
      t(
        "Of {list} routes only connections are counted, which says nothing about answers. Look at the application's own figures.",
        { list },
      ),
    );
  return metrics === undefined
    ? unknown(t("No Prometheus is known. Name one with --prometheus or in the settings."))
    : known(metrics);
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

/** How the growing sides do so far. Too few requests are no reason to wait: the step brings them. */
export function healthChecks(work: Work, situation: Situation): readonly Check[] {
  return growing(situation)
    .filter(({ shareNow, pinned }) => shareNow > 0 || pinned)
    .flatMap((lane) => trafficChecks(lane, work.thresholds, windowOf(work.thresholds), 0))
    .filter(({ id }) => id !== "sample" && id !== "source-failures")
    .map((check) => (check.level === "unknown" ? { ...check, effect: "note" } : check));
}
