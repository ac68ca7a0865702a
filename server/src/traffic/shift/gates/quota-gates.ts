import { t } from "../../../model/message.ts";
import { demandAt } from "../capacity.ts";
import { nameOfLeg } from "../leg.ts";
import type { QuotaRoom } from "../reading/quotas.ts";
import type { Check } from "./check.ts";
import { growing, type Lane, readyElsewhere, type Situation } from "./situation.ts";

/** The part of the traffic that is looked at: the step's, or what the side has at the end of the shift. */
export interface Aim {
  readonly share: number;
  readonly later: boolean;
}

/** Whether ResourceQuotas let a side grow as far as it must for a share of the traffic. */
export function quotaChecks(situation: Situation, lane: Lane, aim: Aim): readonly Check[] {
  const { room, endpoints } = lane.side;
  const base = { id: "quota", effect: "note" } as const;
  if (!room.known) return aim.later ? [] : [{ ...base, level: "unknown", message: room.why, evidence: [] }];
  if (room.value === undefined || !endpoints.known) return [];
  const total = endpoints.value?.total ?? 0;
  const most = total + room.value.pods;
  const needed = neededPods(situation, lane, aim.share);
  const percent = Math.round(aim.share * 1000) / 10;
  const { quota, resource } = room.value.tightest;
  const leg = nameOfLeg(lane.leg);
  const evidence = [evidenceOf(room.value)];
  if (needed !== undefined && needed > total && needed > most)
    return [
      {
        ...base,
        effect: aim.later ? "note" : "wait",
        level: aim.later ? "warn" : "block",
        message: t(
          "At {percent} % {leg} needs {needed} Pods; it has {total}, and ResourceQuota {quota} ({resource}) lets in {room} more. Raise the quota, or free what others use of it, before that step.",
          { percent, leg, needed, total, quota, resource, room: room.value.pods },
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
    const share = (weights[situation.route.legs.indexOf(lane.leg)] ?? 0) / total;
    const blocksNow = quotaChecks(situation, lane, { share: lane.shareThen, later: false }).some(
      ({ level }) => level === "block",
    );
    return share <= lane.shareThen || blocksNow ? [] : quotaChecks(situation, lane, { share, later: true });
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

function evidenceOf({ tightest, measured }: QuotaRoom): Check["evidence"][number] {
  const { quota, resource, used, hard, each } = tightest;
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
