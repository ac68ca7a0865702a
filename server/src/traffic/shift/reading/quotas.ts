import type { Cluster, KubeObject, ObjectRef } from "../cluster.ts";
import { at, recordOf } from "../json.ts";
import { KINDS } from "../kinds.ts";
import { quantityOf } from "../quantity.ts";
import { eachTakes, type PodShape } from "./pod-takes.ts";
import { covers } from "./quota-scopes.ts";
import { known, type Read, readList, readObject } from "./read.ts";

/** What the ResourceQuotas of its namespace leave to more Pods of a side. */
export interface QuotaRoom {
  /** Every line that bounds such Pods. */
  readonly limits: readonly Limit[];
  /** A Pod that runs was looked at, with whatever was injected into it; otherwise only the template was. */
  readonly measured: boolean;
}

/** One line of a quota, and what of it a Pod takes. */
export interface Limit {
  /** The quota's namespace: two sides share a line of one and the same quota only. */
  readonly namespace: string;
  readonly quota: string;
  readonly resource: string;
  /** As the quota writes them. */
  readonly hard: string;
  readonly used: string;
  /** What is left. */
  readonly free: number;
  readonly each: number;
}

/** The quotas of a namespace. */
export async function readQuotas(
  cluster: Cluster,
  namespace: string,
  signal: AbortSignal,
): Promise<Read<readonly KubeObject[]>> {
  const outcome = await cluster.list(KINDS.quota, { namespace }, (quota) => quota, signal);
  return readList(outcome, `ResourceQuotas in ${namespace}`);
}

/** The Pods that a side is made of: one that runs, else what its workload says. */
export interface PodSource {
  readonly running: ObjectRef | undefined;
  readonly template: unknown;
  /** A StatefulSet's `volumeClaimTemplates`. */
  readonly claims: readonly unknown[];
}

/** The room for more Pods; undefined where no quota bounds them. */
export async function readRoom(
  cluster: Cluster,
  quotas: Read<readonly KubeObject[]>,
  { running, template, claims }: PodSource,
  signal: AbortSignal,
): Promise<Read<QuotaRoom | undefined>> {
  if (!quotas.known) return quotas;
  if (quotas.value.length === 0) return known(undefined);
  const written = { spec: at(template, "spec"), claims };
  if (running === undefined) return known(roomOf(quotas.value, written, false));
  const pod = readObject(await cluster.get(running, signal), `Pod ${running.name}`);
  if (!pod.known) return pod;
  const measured = pod.value?.spec;
  return measured === undefined
    ? known(roomOf(quotas.value, written, false))
    : known(roomOf(quotas.value, { spec: measured, claims }, true));
}

function roomOf(quotas: readonly KubeObject[], pod: PodShape, measured: boolean): QuotaRoom | undefined {
  const limits = quotas.filter((quota) => covers(quota, pod.spec)).flatMap((quota) => limitsOf(quota, pod));
  return limits.length === 0 ? undefined : { limits, measured };
}

function limitsOf(quota: KubeObject, pod: PodShape): readonly Limit[] {
  // What the controller has counted; a quota that it has not seen yet admits nothing.
  const hard = recordOf(at(quota, "status", "hard")) ?? recordOf(at(quota, "spec", "hard")) ?? {};
  return Object.entries(hard).flatMap(([resource, bound]) => {
    const each = eachTakes(resource, pod);
    const total = quantityOf(bound);
    const used = at(quota, "status", "used", resource) ?? "0";
    const taken = quantityOf(used);
    if (each === undefined || each <= 0 || total === undefined || taken === undefined) return [];
    const { name, namespace = "" } = quota.metadata;
    const amounts = { hard: String(bound), used: String(used), free: Math.max(0, total - taken), each };
    return [{ namespace, quota: name, resource, ...amounts }];
  });
}
