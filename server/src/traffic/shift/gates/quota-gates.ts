import { t } from "../../../model/message.ts";
import { demandAt } from "../capacity.ts";
import { nameOfLeg } from "../leg.ts";
import type { Limit, QuotaRoom } from "../reading/quotas.ts";
import type { Check } from "./check.ts";
import { growing, type Lane, readyElsewhere, type Situation } from "./situation.ts";

/** The part of the traffic that is looked at: the step's, or what the side has at the end of the shift. */
export interface Aim {
  /** From 0 to 1. */
  readonly shareOf: (lane: Lane) => number;
  readonly later: boolean;
}

/** What the step at hand gives each side. */
const NOW: Aim = { shareOf: ({ shareThen }) => shareThen, later: false };

/** Whether ResourceQuotas let a side grow as far as it must for a share of the traffic. */
export function quotaChecks(situation: Situation, lane: Lane, aim = NOW): readonly Check[] {
  const { room, endpoints } = lane.side;
  const base = { id: "quota", effect: "note" } as const;
  if (!room.known) return aim.later ? [] : [{ ...base, level: "unknown", message: room.why, evidence: [] }];
  const tightest = room.value && tightestOf(situation, lane, room.value, aim);
  if (room.value === undefined || tightest === undefined || !endpoints.known) return [];
  const total = endpoints.value?.total ?? 0;
  const most = total + tightest.pods;
  const needed = neededPods(situation, lane, aim.shareOf(lane));
  const percent = Math.round(aim.shareOf(lane) * 1000) / 10;
  const { quota, resource } = tightest.limit;
  const leg = nameOfLeg(lane.leg);
  const evidence = [evidenceOf(tightest.limit, room.value), ...tightest.others.map(othersOf)];
  if (needed !== undefined && needed > total && needed > most)
    return [
      {
        ...base,
        effect: aim.later ? "note" : "wait",
        level: aim.later ? "warn" : "block",
        message: t(
          "At {percent} % {leg} needs {needed} Pods; it has {total}, and ResourceQuota {quota} ({resource}) lets in {room} more. Raise the quota, or free what others use of it, before that step.",
          { percent, leg, needed, total, quota, resource, room: tightest.pods },
        ),
        evidence,
      },
    ];
  if (aim.later) return [];
  const autoscaler = lane.side.scale.known ? lane.side.scale.value.autoscaler : undefined;
  if (autoscaler !== undefined && autoscaler.max > most && autoscaler.max > total)
    return [
      {
        ...base,
        level: "warn",
        message: t(
          "HorizontalPodAutoscaler {name} may go up to {max} replicas of {leg}, but ResourceQuota {quota} ({resource}) stops it at {most}. Raise the quota if the traffic may need them.",
          { name: autoscaler.name, max: autoscaler.max, leg, quota, resource, most },
        ),
        evidence,
      },
    ];
  return [
    {
      ...base,
      level: "pass",
      message: t("ResourceQuotas let {leg} grow from {total} to {most} Pods.", { leg, total, most }),
      evidence,
    },
  ];
}

/** The same for the end of the shift, where the step at hand does not say it already. */
export function laterQuotaChecks(situation: Situation, weights: readonly number[]): readonly Check[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total <= 0) return [];
  return growing(situation).flatMap((lane) => {
    const shareOf = ({ leg }: Lane) => (weights[situation.route.legs.indexOf(leg)] ?? 0) / total;
    const blocksNow = quotaChecks(situation, lane).some(({ level }) => level === "block");
    return shareOf(lane) <= lane.shareThen || blocksNow
      ? []
      : quotaChecks(situation, lane, { shareOf, later: true });
  });
}

/** Pods without which the capacity gate would not let the share pass; undefined where that cannot be told. */
function neededPods(situation: Situation, lane: Lane, share: number): number | undefined {
  if (lane.demand.known && lane.perPod !== undefined) {
    const each = lane.perPod * situation.thresholds.red;
    return each > 0 ? Math.ceil(demandAt(lane.demand.value, share) / each - 1e-9) : undefined;
  }
  if (situation.emergency) return undefined;
  const today = readyElsewhere(situation, lane);
  return today.known ? Math.ceil(share * today.value - 1e-9) : undefined;
}

/** A line of a quota, what it leaves to a side, and who else of the shift grows at its expense. */
interface Tightest {
  readonly limit: Limit;
  readonly pods: number;
  readonly others: readonly Growth[];
}

interface Growth {
  readonly lane: Lane;
  readonly pods: number;
  readonly limit: Limit;
}

/** The line that lets in the fewest Pods, once the other growing sides have theirs of it. */
function tightestOf(situation: Situation, lane: Lane, { limits }: QuotaRoom, aim: Aim): Tightest | undefined {
  const rooms = limits.map((limit): Tightest => {
    const others = situation.lanes.flatMap((other) =>
      other === lane ? [] : growthOf(situation, other, limit, aim),
    );
    const taken = others.reduce((sum, growth) => sum + growth.pods * growth.limit.each, 0);
    // 0.3 - 0.2 is a little less than 0.1 in binary.
    return { limit, pods: Math.max(0, Math.floor((limit.free - taken) / limit.each + 1e-6)), others };
  });
  return rooms.toSorted((a, b) => a.pods - b.pods)[0];
}

/** How many more Pods another side needs that the same line counts. */
function growthOf(
  situation: Situation,
  lane: Lane,
  { namespace, quota, resource }: Limit,
  aim: Aim,
): readonly Growth[] {
  const { room, endpoints } = lane.side;
  const limit = (room.known ? (room.value?.limits ?? []) : []).find(
    (one) => one.namespace === namespace && one.quota === quota && one.resource === resource,
  );
  const needed = neededPods(situation, lane, aim.shareOf(lane)) ?? 0;
  const pods = endpoints.known ? needed - (endpoints.value?.total ?? 0) : 0;
  return limit === undefined || pods <= 0 ? [] : [{ lane, pods, limit }];
}

function othersOf({ lane, pods }: Growth): Check["evidence"][number] {
  return t("{leg} needs {pods} more Pods of the same quota", { leg: nameOfLeg(lane.leg), pods });
}

function evidenceOf(
  { quota, resource, used, hard, each }: Limit,
  { measured }: QuotaRoom,
): Check["evidence"][number] {
  const values = { quota, resource, used, hard, each: plain(each, resource) };
  return measured
    ? t("ResourceQuota {quota}: {resource} {used} of {hard} used; a Pod that runs takes {each}", values)
    : t(
        "ResourceQuota {quota}: {resource} {used} of {hard} used; by the template a Pod takes {each}, what is injected into it (a sidecar) not counted",
        values,
      );
}

/** Bytes as they are written in manifests. */
function plain(value: number, resource: string): string {
  const isBytes = /memory|storage/.test(resource);
  return isBytes && value >= 2 ** 20
    ? `${Math.round((value / 2 ** 20) * 10) / 10}Mi`
    : String(Math.round(value * 1000) / 1000);
}
