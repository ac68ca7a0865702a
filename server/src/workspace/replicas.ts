import { type Field, valueOr } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { boundsOf, isPaused } from "./autoscaler-bounds.ts";
import { scaleTargetOf } from "./indexes.ts";
import { mayShareNamespace, togetherElseAll } from "./scope.ts";
import type { Snapshot } from "./snapshot.ts";
import { type Workload, workloadOf } from "./workload.ts";

/** The types that scale a workload. */
export const autoscalerTypes: readonly string[] = [
  "autoscaling/HorizontalPodAutoscaler",
  "keda.sh/ScaledObject",
];

/**
 * The lower bound an autoscaler keeps, for a ScaledObject while one of its triggers is active (see `idleOf`). Undefined
 * for other resources, when unreadable or decided by an overlay, and while KEDA is told to leave the number alone.
 */
export function minimumOf(snapshot: Snapshot, autoscaler: Resource): number | undefined {
  const bounds = autoscalerTypes.includes(autoscaler.type) ? boundsOf(autoscaler) : undefined;
  if (bounds === undefined || isPaused(autoscaler)) return undefined;
  if (snapshot.layout.isPatched(autoscaler, bounds.shape.min)) return undefined;
  return possible(valueOr(bounds.min, bounds.shape.minFallback));
}

/** How many pods of a workload there are at the least while it has work, and who says so. */
export interface Replicas {
  /** The lowest count that is possible: with several environments in the workspace each has its own. */
  readonly lowest: number;
  readonly highest: number;
  /** The autoscalers or the Rollout that decide; empty when the workload itself does. */
  readonly decidedBy: readonly Resource[];
}

/** The autoscalers (and the Rollout with `workloadRef`) that take over a workload's scale. */
export function scalersOf(snapshot: Snapshot, workload: Workload): readonly Resource[] {
  const { resource } = workload;
  if (resource.name === undefined) return [];
  const found = snapshot
    .find("scaleTarget", `${resource.kind}/${resource.name}`)
    .filter(
      (candidate) =>
        mayShareNamespace(snapshot, resource, candidate) && scaledBy(snapshot, candidate).includes(workload),
    );
  return togetherElseAll(snapshot, resource, found, (candidate) => candidate);
}

/**
 * Effective replicas: an HPA's minReplicas or a ScaledObject's minReplicaCount where one targets the workload,
 * else spec.replicas (default 1). Undefined when a template, an overlay or the kind itself (DaemonSet, VM, Job) leaves
 * it open.
 */
export function effectiveReplicas(snapshot: Snapshot, workload: Workload): Replicas | undefined {
  if (!workload.scalable) return undefined;
  const declared = declaredReplicas(snapshot, workload);
  const scalers = scalersOf(snapshot, workload).filter((scaler) => declared !== 0 || scalesFromZero(scaler));
  if (scalers.length === 0)
    return declared === undefined ? undefined : { lowest: declared, highest: declared, decidedBy: [] };
  const counts: number[] = [];
  for (const scaler of scalers) {
    const count = isRollout(scaler) ? rolloutReplicas(snapshot, scaler) : minimumOf(snapshot, scaler);
    if (count === undefined) return undefined;
    counts.push(count);
  }
  return { lowest: Math.min(...counts), highest: Math.max(...counts), decidedBy: scalers };
}

/**
 * Whether it starts pods of a workload with an explicit `replicas: 0`. That switches an HPA off (kubernetes
 * pkg/controller/podautoscaler/horizontal.go); KEDA raises it to its minimum, or as soon as a trigger is active
 * (kedacore/keda pkg/scaling/executor/scale_scaledobjects.go), and a Rollout runs pods of its own.
 */
export function scalesFromZero({ type }: Resource): boolean {
  return type !== "autoscaling/HorizontalPodAutoscaler";
}

/** The workloads an autoscaler scales. One in its own file is the one that it means, whatever else has that name. */
export function scaledBy(snapshot: Snapshot, autoscaler: Resource): readonly Workload[] {
  return snapshot.derive(autoscaler, "scaledBy", (inner) => {
    const targets = findTargets(inner, autoscaler);
    const own = targets.filter(({ resource }) => resource.document.file === autoscaler.document.file);
    return own.length > 0 ? own : targets;
  });
}

function findTargets(snapshot: Snapshot, autoscaler: Resource): readonly Workload[] {
  const target = scaleTargetOf(autoscaler);
  if (target === undefined) return [];
  if (!mayBeWorkload(target.apiVersion)) return [];
  const found = GROUPS.flatMap((group) => snapshot.find("name", `${group}/${target.kind}/${target.name}`))
    .flatMap((resource) => workloadOf(resource) ?? [])
    .filter((workload) => mayShareNamespace(snapshot, autoscaler, workload.resource));
  return togetherElseAll(snapshot, autoscaler, found, (workload) => workload.resource);
}

/** The groups of what can be scaled; the core group also for an `apiVersion` that was forgotten. */
const GROUPS: readonly string[] = ["apps", "argoproj.io", "extensions", ""];

/** Other groups have kinds of their own by these names: `apps.kruise.io/v1beta1` StatefulSet. */
function mayBeWorkload(apiVersion: string | undefined): boolean {
  const parts = (apiVersion ?? "").split("/");
  return GROUPS.includes(parts.length < 2 ? "" : (parts[0] ?? ""));
}

function declaredReplicas(snapshot: Snapshot, workload: Workload): number | undefined {
  if (snapshot.layout.isPatched(workload.resource, "spec.replicas")) return undefined;
  const declared: Field<number> = workload.declaredReplicas;
  // What a patch does not state stays as it is in what it is merged into.
  if (declared.state === "absent" && snapshot.layout.completenessOf(workload.resource) === "patch")
    return undefined;
  return possible(valueOr(declared, 1));
}

/** The API server refuses negative numbers: nobody knows what runs instead. */
function possible(count: number | undefined): number | undefined {
  return count !== undefined && count >= 0 ? count : undefined;
}

function isRollout(resource: Resource): boolean {
  return resource.type === "argoproj.io/Rollout";
}

function rolloutReplicas(snapshot: Snapshot, rollout: Resource): number | undefined {
  const workload = workloadOf(rollout);
  return workload === undefined ? undefined : effectiveReplicas(snapshot, workload)?.lowest;
}
