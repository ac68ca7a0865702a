import type { Cluster, KubeObject, ObjectRef } from "../cluster.ts";
import { at, listOf, recordOf, textAt, textsAt } from "../json.ts";
import { KINDS } from "../kinds.ts";
import { quantityOf } from "../quantity.ts";
import { known, type Read, readList, readObject } from "./read.ts";

/** How many more Pods of a side the ResourceQuotas of its namespace let in. */
export interface QuotaRoom {
  readonly pods: number;
  /** The quota that lets in the fewest. */
  readonly tightest: Limit;
  /** A Pod that runs was looked at, with whatever was injected into it; otherwise only the template was. */
  readonly measured: boolean;
}

/** One line of a quota, and what of it a Pod takes. */
export interface Limit {
  readonly quota: string;
  readonly resource: string;
  /** As the quota writes them. */
  readonly hard: string;
  readonly used: string;
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

/** The Pods that a side is made of: one that runs, else what its workload's template says. */
export interface PodSource {
  readonly running: ObjectRef | undefined;
  readonly template: unknown;
}

/** The room for more Pods; undefined where no quota bounds them. */
export async function readRoom(
  cluster: Cluster,
  quotas: Read<readonly KubeObject[]>,
  { running, template }: PodSource,
  signal: AbortSignal,
): Promise<Read<QuotaRoom | undefined>> {
  if (!quotas.known) return quotas;
  if (quotas.value.length === 0) return known(undefined);
  if (running === undefined) return known(roomOf(quotas.value, at(template, "spec"), false));
  const pod = readObject(await cluster.get(running, signal), `Pod ${running.name}`);
  if (!pod.known) return pod;
  return known(roomOf(quotas.value, pod.value?.spec ?? at(template, "spec"), pod.value !== undefined));
}

function roomOf(quotas: readonly KubeObject[], podSpec: unknown, measured: boolean): QuotaRoom | undefined {
  const lines = quotas.filter((quota) => covers(quota, podSpec)).flatMap((quota) => linesOf(quota, podSpec));
  const [first] = lines.toSorted((a, b) => a.pods - b.pods);
  return first === undefined ? undefined : { pods: first.pods, tightest: first.limit, measured };
}

function linesOf(
  quota: KubeObject,
  podSpec: unknown,
): readonly { readonly limit: Limit; readonly pods: number }[] {
  // What the controller has counted; a quota that it has not seen yet admits nothing.
  const hard = recordOf(at(quota, "status", "hard")) ?? recordOf(at(quota, "spec", "hard")) ?? {};
  return Object.entries(hard).flatMap(([resource, bound]) => {
    const each = eachTakes(resource, podSpec);
    const total = quantityOf(bound);
    const used = at(quota, "status", "used", resource) ?? "0";
    const taken = quantityOf(used);
    if (each === undefined || each <= 0 || total === undefined || taken === undefined) return [];
    const limit = { quota: quota.metadata.name, resource, hard: String(bound), used: String(used), each };
    // 0.3 - 0.2 is a little less than 0.1 in binary.
    return [{ limit, pods: Math.max(0, Math.floor((total - taken) / each + 1e-6)) }];
  });
}

/** What one Pod takes of a resource that a quota may bound (kubernetes pkg/quota/v1/evaluator/core/pods.go). */
function eachTakes(resource: string, podSpec: unknown): number | undefined {
  if (resource === "pods" || resource === "count/pods") return 1;
  const [, kind = "requests", name = resource] = /^(requests|limits)\.(.+)$/.exec(resource) ?? [];
  if (name.includes("/") ? kind !== "requests" : !["cpu", "memory", "ephemeral-storage"].includes(name))
    return undefined;
  return sumOf(podSpec, kind === "limits" ? "limits" : "requests", name);
}

/** Init containers run one after the other before the rest; those that restart always run beside it (KEP-753). */
function sumOf(podSpec: unknown, kind: "requests" | "limits", name: string): number {
  const of = (container: unknown): number => {
    const written = at(container, "resources", kind, name);
    // A request that is left out is the limit.
    return quantityOf(written ?? (kind === "requests" ? at(container, "resources", "limits", name) : 0)) ?? 0;
  };
  let beside = 0;
  let most = 0;
  for (const container of listOf(at(podSpec, "initContainers"))) {
    if (textAt(container, "restartPolicy") === "Always") {
      beside += of(container);
      most = Math.max(most, beside);
    } else most = Math.max(most, beside + of(container));
  }
  const running = listOf(at(podSpec, "containers")).reduce((sum: number, each) => sum + of(each), beside);
  return Math.max(most, running) + (quantityOf(at(podSpec, "overhead", name)) ?? 0);
}

/** Whether a quota counts such Pods: all of its scopes must fit (kubernetes pkg/quota/v1/evaluator/core/pods.go). */
function covers(quota: KubeObject, podSpec: unknown): boolean {
  const expressions = [
    ...textsAt(quota, "spec", "scopes").map((scopeName) => ({ scopeName, operator: "Exists", values: [] })),
    ...listOf(at(quota, "spec", "scopeSelector", "matchExpressions")).map((item) => ({
      scopeName: textAt(item, "scopeName") ?? "",
      operator: textAt(item, "operator") ?? "",
      values: textsAt(item, "values"),
    })),
  ];
  return expressions.every(({ scopeName, operator, values }) => {
    switch (scopeName) {
      case "Terminating":
        return at(podSpec, "activeDeadlineSeconds") !== undefined;
      case "NotTerminating":
        return at(podSpec, "activeDeadlineSeconds") === undefined;
      case "BestEffort":
        return isBestEffort(podSpec);
      case "NotBestEffort":
        return !isBestEffort(podSpec);
      case "PriorityClass":
        return fits(operator, values, textAt(podSpec, "priorityClassName") ?? "");
      case "CrossNamespacePodAffinity":
        return reachesOut(at(podSpec, "affinity"));
      default:
        // A scope of a later version is taken to fit: too little room is the safer mistake.
        return true;
    }
  });
}

function fits(operator: string, values: readonly string[], value: string): boolean {
  if (operator === "In") return values.includes(value);
  if (operator === "NotIn") return !values.includes(value);
  return (operator === "DoesNotExist") === (value === "");
}

function isBestEffort(podSpec: unknown): boolean {
  return ["cpu", "memory"].every(
    (name) => sumOf(podSpec, "requests", name) === 0 && sumOf(podSpec, "limits", name) === 0,
  );
}

/** Whether an affinity term names namespaces. */
function reachesOut(affinity: unknown): boolean {
  return ["podAffinity", "podAntiAffinity"].some((kind) => {
    const terms = [
      ...listOf(at(affinity, kind, "requiredDuringSchedulingIgnoredDuringExecution")),
      ...listOf(at(affinity, kind, "preferredDuringSchedulingIgnoredDuringExecution")).map((item) =>
        at(item, "podAffinityTerm"),
      ),
    ];
    return terms.some(
      (term) => textsAt(term, "namespaces").length > 0 || at(term, "namespaceSelector") !== undefined,
    );
  });
}
