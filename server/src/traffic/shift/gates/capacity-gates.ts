import { t } from "../../../model/message.ts";
import { formatShare } from "../../shares.ts";
import { demandAt, maxSafeWeight, maxSafeWeightByPods, utilisation, worstDemandAt } from "../capacity.ts";
import { nameOfLeg } from "../leg.ts";
import { known, mapRead, type Read } from "../reading/read.ts";
import type { Side } from "../reading/sides.ts";
import type { Check } from "./check.ts";
import { quotaChecks } from "./quota-gates.ts";
import { growing, type Lane, readyElsewhere, readyOf, type Situation, shrinking } from "./situation.ts";

/** The largest weight of a hundred that a lane can take now. */
export function safeWeight(situation: Situation, lane: Lane): Read<number> {
  const ready = readyOf(lane);
  if (!ready.known) return ready;
  if (lane.demand.known && lane.perPod !== undefined)
    return known(
      maxSafeWeight(lane.demand.value, { ready: ready.value, perPod: lane.perPod }, situation.thresholds.red),
    );
  const today = situation.emergency ? known(0) : readyElsewhere(situation, lane);
  return mapRead(today, (count) => maxSafeWeightByPods(ready.value, count));
}

/** Whether the sides can carry what the step gives them. */
export function capacityChecks(situation: Situation): readonly Check[] {
  return [
    ...growing(situation).flatMap((lane) => [
      subsetCheck(lane),
      readyCheck(lane.side, safeEvidence(situation, lane)),
      capacityCheck(situation, lane),
      ...autoscalerChecks(lane),
      ...quotaChecks(situation, lane),
      ...budgetChecks(lane),
    ]),
    ...(situation.emergency ? [] : shrinking(situation).flatMap((lane) => rollbackCheck(situation, lane))),
  ].filter((check) => check !== undefined);
}

function subsetCheck({ leg, side }: Pick<Side, "leg"> & { readonly side: Side }): Check | undefined {
  if (leg.subset === undefined) return undefined;
  const values = { subset: leg.subset, host: leg.host };
  const base = { id: "subset", effect: "wait", evidence: [] } as const;
  if (!side.subset.known) return { ...base, effect: "evidence", level: "unknown", message: side.subset.why };
  const { labels, rules } = side.subset.value;
  if (labels === undefined)
    return {
      ...base,
      level: "block",
      message: t(
        "No DestinationRule that counts here defines subset {subset} of {host}: every request sent to it would get 503. Add the subset first.",
        values,
      ),
      evidence: [t("DestinationRules for the host: {rules}", { rules: rules.join(", ") || "-" })],
    };
  return {
    ...base,
    level: "pass",
    message: t("Subset {subset} of {host} is defined.", values),
    evidence: [
      t("DestinationRules {rules} give it the labels {labels}", {
        rules: rules.join(", ") || "-",
        labels: [...labels].map(([key, value]) => `${key}=${value}`).join(",") || "-",
      }),
    ],
  };
}

/** Whether somebody answers for destinations that get requests by their headers, how many is not known. */
export function presenceChecks(sides: readonly Side[]): readonly Check[] {
  return sides.flatMap((side) => [subsetCheck({ leg: side.leg, side }) ?? [], readyCheck(side, [])].flat());
}

function readyCheck({ leg, ...side }: Pick<Side, "leg" | "endpoints">, evidence: Check["evidence"]): Check {
  const base = { id: "ready", effect: "wait", evidence: [] } as const;
  const values = { leg: nameOfLeg(leg) };
  if (!side.endpoints.known)
    return { ...base, effect: "evidence", level: "unknown", message: side.endpoints.why };
  const endpoints = side.endpoints.value;
  if (endpoints === undefined)
    return {
      ...base,
      level: "block",
      message: t(
        "No Service and no ServiceEntry answers for {leg}: every request sent to it would fail. Create it, or name another destination.",
        values,
      ),
    };
  const counts = { ...values, ready: endpoints.ready, total: endpoints.total };
  if (endpoints.ready === 0)
    return {
      ...base,
      level: "block",
      message: t(
        "None of the {total} endpoints of {leg} is ready, so the largest safe weight is 0. Wait until they are, or find out why they are not.",
        counts,
      ),
      evidence,
    };
  if (endpoints.unverified > 0)
    return {
      ...base,
      level: "warn",
      message: t(
        "{leg} has {ready} endpoints, but nobody reports to the cluster whether {unverified} of them work (machines or addresses without health checks). Make sure that they answer.",
        {
          ...counts,
          unverified: endpoints.unverified,
        },
      ),
      evidence,
    };
  return endpoints.ready < endpoints.total
    ? {
        ...base,
        level: "warn",
        message: t("{ready} of {total} endpoints of {leg} are ready.", counts),
        evidence,
      }
    : { ...base, level: "pass", message: t("All {total} endpoints of {leg} are ready.", counts), evidence };
}

function safeEvidence(situation: Situation, lane: Lane): Check["evidence"] {
  const safe = safeWeight(situation, lane);
  return safe.known ? [t("Largest safe weight now: {weight} %", { weight: safe.value })] : [];
}

function capacityCheck(situation: Situation, lane: Lane): Check {
  const base = { id: "capacity", effect: "wait", query: lane.traffic.queries.rate } as const;
  const safe = safeWeight(situation, lane);
  const leg = nameOfLeg(lane.leg);
  const wanted = Math.round(lane.shareThen * 1000) / 10;
  if (!safe.known) return { ...base, effect: "evidence", level: "unknown", message: safe.why, evidence: [] };
  const { evidence, part } = loadOf(lane);
  if (wanted > safe.value + 1e-9)
    return {
      ...base,
      level: "block",
      message: t(
        "{leg} would get {wanted} %, but its ready endpoints can safely take {safe} % now. Go to {safe} % at the most, or scale it up first.",
        { leg, wanted, safe: safe.value },
      ),
      evidence,
    };
  if (part !== undefined && part > situation.thresholds.amber)
    return {
      ...base,
      level: "warn",
      message: t(
        "At {wanted} %, {leg} uses {part} of what its ready endpoints can carry. It fits, with little to spare.",
        { leg, wanted, part: formatShare(part) },
      ),
      evidence,
    };
  if (part === undefined)
    return {
      ...base,
      level: "pass",
      message: t(
        "{leg} has enough ready endpoints for {wanted} %, counted against those that carry the traffic today; nothing was measured.",
        { leg, wanted },
      ),
      evidence: [t("Largest safe weight now: {weight} %", { weight: safe.value })],
    };
  return {
    ...base,
    level: "pass",
    message: t("At {wanted} %, {leg} uses {part} of what its ready endpoints can carry.", {
      leg,
      wanted,
      part: formatShare(part),
    }),
    evidence,
  };
}

/** The figures behind the verdict; no part where nothing was measured. */
function loadOf(lane: Lane): { readonly evidence: Check["evidence"]; readonly part: number | undefined } {
  const ready = readyOf(lane);
  if (!lane.demand.known || lane.perPod === undefined || !ready.known)
    return { evidence: [], part: undefined };
  const demand = lane.demand.value;
  const part = utilisation(demand, lane.shareThen, { ready: ready.value, perPod: lane.perPod });
  return {
    part,
    evidence: [
      t(
        "{rate} requests/s on {ready} ready endpoints that carry {each} requests/s each; with all retries {worst} requests/s",
        {
          rate: tenth(demandAt(demand, lane.shareThen)),
          ready: ready.value,
          each: tenth(lane.perPod),
          worst: tenth(worstDemandAt(demand, lane.shareThen)),
        },
      ),
    ],
  };
}

function autoscalerChecks(lane: Lane): readonly Check[] {
  const { scale } = lane.side;
  if (!scale.known)
    return [{ id: "autoscaler-max", effect: "note", level: "unknown", message: scale.why, evidence: [] }];
  const { autoscaler } = scale.value;
  if (autoscaler === undefined || lane.perPod === undefined || !lane.demand.known) return [];
  const demand = demandAt(lane.demand.value, lane.shareThen);
  const most = autoscaler.max * lane.perPod;
  const values = { leg: nameOfLeg(lane.leg), demand: tenth(demand), most: tenth(most), max: autoscaler.max };
  const evidence = [
    t("HorizontalPodAutoscaler {name}: {min} to {max} replicas", {
      name: autoscaler.name,
      min: autoscaler.min,
      max: autoscaler.max,
    }),
  ];
  return [
    most < demand
      ? {
          id: "autoscaler-max",
          effect: "wait",
          level: "block",
          message: t(
            "Even at its maximum of {max} replicas {leg} carries {most} requests/s of the {demand} that it would get. Raise maxReplicas first.",
            values,
          ),
          evidence,
        }
      : {
          id: "autoscaler-max",
          effect: "wait",
          level: "pass",
          message: t(
            "At its maximum of {max} replicas {leg} carries {most} requests/s; it would get {demand}.",
            values,
          ),
          evidence,
        },
  ];
}

function budgetChecks({ side, leg }: Lane): readonly Check[] {
  if (!side.scale.known) return [];
  return side.scale.value.budgets
    .filter(({ disruptionsAllowed }) => disruptionsAllowed === 0)
    .map(({ name }) => ({
      id: "disruption-budget",
      effect: "note",
      level: "warn",
      message: t(
        "PodDisruptionBudget {name} allows no disruption of {leg} now: a node drain waits, and Pods may be missing already.",
        { name, leg: nameOfLeg(leg) },
      ),
      evidence: [],
    }));
}

/** A side that gives up its traffic may be scaled down by its autoscaler; what comes back by a rollback may be too much. */
function rollbackCheck(situation: Situation, lane: Lane): readonly Check[] {
  const { scale } = lane.side;
  const leg = nameOfLeg(lane.leg);
  const base = { id: "rollback-capacity", effect: "note", evidence: [] } as const;
  if (!scale.known) return [{ ...base, level: "unknown", message: scale.why }];
  const { autoscaler } = scale.value;
  if (autoscaler === undefined) return [];
  const { min } = autoscaler;
  if (!lane.demand.known || lane.perPod === undefined) {
    const ready = mapRead(readyOf(lane), (now) => Math.max(now, lane.before?.ready ?? 0));
    if (!ready.known || min >= ready.value) return [];
    return [
      {
        ...base,
        level: "warn",
        message: t(
          "Once its traffic is gone, HorizontalPodAutoscaler {name} may shrink {leg} from {ready} to {min} replicas. A rollback then goes back in steps. Raise minReplicas for the time of the shift to go back at once.",
          { name: autoscaler.name, leg, ready: ready.value, min },
        ),
      },
    ];
  }
  const total = demandAt(lane.demand.value, lane.before?.share ?? lane.shareNow);
  const least = min * lane.perPod * situation.thresholds.red;
  if (least >= total) return [];
  return [
    {
      ...base,
      level: "warn",
      message: t(
        "A rollback would overload {leg} once its autoscaler has shrunk it: {min} replicas carry {least} requests/s, {total} would come back. It would be done in steps; raise minReplicas to {needed} for the time of the shift to go back at once.",
        {
          leg,
          min,
          least: tenth(min * lane.perPod),
          total: tenth(total),
          needed: Math.ceil(total / (lane.perPod * situation.thresholds.red)),
        },
      ),
    },
  ];
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
