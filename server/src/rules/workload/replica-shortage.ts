import { type Message, t } from "../../model/message.ts";
import type { Path } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { boundsOf, ceilingOf, idleOf } from "../../workspace/autoscaler-bounds.ts";
import { effectiveReplicas, minimumOf, scaledBy, scalesFromZero } from "../../workspace/replicas.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { hasOwnTemplate, servingContainers, type Workload, workloadOf } from "../../workspace/workload.ts";
import { scalableWorkloads } from "../types.ts";
import { isIdle } from "./serving.ts";

/** How many pods a resource decides that a workload has at least. */
export interface Shortage {
  readonly workload: Workload;
  /**
   * All that it decides about: in several environments one autoscaler may stand beside several workloads, and a Rollout
   * runs the pods of the workload that it refers to.
   */
  readonly workloads: readonly Workload[];
  readonly count: number;
  /** The same while it has work: more than `count` where KEDA scales it down when idle. */
  readonly active: number;
  /** Where the resource says how many it is while it has work, or would. */
  readonly path: Path;
  /** Where it says how many are left when idle. */
  readonly idle: Path | undefined;
  /** The most an autoscaler allows; undefined for a workload. `maximum` is undefined when a template decides it. */
  readonly ceiling: { readonly path: Path; readonly maximum: number | undefined } | undefined;
}

/**
 * The number that a workload or an autoscaler decides. Undefined when another resource decides it, when nobody can
 * say (a template, an overlay, a target that is not here), when the workload is switched off, or when it only waits
 * for somebody to enter it.
 */
export function shortageOf(snapshot: Snapshot, resource: Resource): Shortage | undefined {
  const workload = workloadOf(resource);
  return workload === undefined ? ofAutoscaler(snapshot, resource) : ofWorkload(snapshot, workload);
}

function ofWorkload(snapshot: Snapshot, workload: Workload): Shortage | undefined {
  const { resource } = workload;
  const replicas = effectiveReplicas(snapshot, workload);
  if (replicas === undefined || replicas.decidedBy.length > 0 || replicas.lowest === 0) return undefined;
  if (resource.get("metadata.ownerReferences") !== undefined) return undefined;
  if (servingContainers(workload).every(isIdle) && hasOwnTemplate(workload)) return undefined;
  return {
    workload,
    workloads: hasOwnTemplate(workload) ? [workload] : [workload, ...scaledBy(snapshot, resource)],
    count: replicas.lowest,
    active: replicas.lowest,
    path: "spec.replicas",
    idle: undefined,
    ceiling: undefined,
  };
}

function ofAutoscaler(snapshot: Snapshot, autoscaler: Resource): Shortage | undefined {
  const shape = boundsOf(autoscaler)?.shape;
  const active = minimumOf(snapshot, autoscaler);
  const idle = idleOf(snapshot, autoscaler);
  const workloads = scaledBy(snapshot, autoscaler).filter((each) => isOn(each, autoscaler));
  const [workload] = workloads;
  if (shape === undefined || active === undefined || idle === "unknown" || workload === undefined)
    return undefined;
  const isIdler = idle !== undefined && idle.count < active;
  return {
    ...{ workload, workloads, active, path: shape.min },
    count: isIdler ? idle.count : active,
    idle: isIdler ? idle.path : undefined,
    ceiling: { path: shape.max, maximum: ceilingOf(snapshot, autoscaler) },
  };
}

function isOn({ declaredReplicas, resource }: Workload, autoscaler: Resource): boolean {
  const isZero = declaredReplicas.state === "known" && declaredReplicas.value === 0;
  return scalableWorkloads.includes(resource.type) && (!isZero || scalesFromZero(autoscaler));
}

/** What follows from so few pods. `volume` is one that a second pod could not mount. */
export function messageFor(
  { workload, count }: Shortage,
  decidedBy: Resource,
  minimum: number,
  volume: string | undefined,
): Message {
  const { kind, called: name } = workload.resource;
  if (workload.resource !== decidedBy)
    return autoscaled({ scaler: decidedBy.kind, kind, name, count, minimum, left: count - 1 });
  if (count > 1)
    return t(
      "{kind} {name} runs {count} pods: while one of them is replaced, {left} is all that is left to carry the load and to lose. Run at least {minimum}.",
      { kind, name, count, left: count - 1, minimum },
    );
  return volume === undefined
    ? t(
        "{kind} {name} runs a single pod: every crash, drain or lost node is an outage until a new one is ready, more than five minutes for a node by default. Run at least {minimum}.",
        { kind, name, minimum },
      )
    : t(
        "{kind} {name} runs a single pod, and its volume {volume} allows no second one elsewhere: every crash, drain or lost node is an outage. Replicate the data before you run {minimum}.",
        { kind, name, volume, minimum },
      );
}

function autoscaled(values: {
  scaler: string;
  kind: string;
  name: string;
  count: number;
  minimum: number;
  left: number;
}): Message {
  const { left, count, ...shared } = values;
  if (count === 0)
    return t(
      "The {scaler} scales {kind} {name} to 0 pods when idle: the next requests find nothing until a first pod has started. Keep at least {minimum}.",
      shared,
    );
  if (count === 1)
    return t(
      "The {scaler} may scale {kind} {name} down to a single pod, and then every crash, drain or lost node is an outage. Keep at least {minimum}.",
      shared,
    );
  return t(
    "The {scaler} may scale {kind} {name} down to {count} pods: while one of them is replaced, {left} is all that is left to carry the load and to lose. Keep at least {minimum}.",
    { ...shared, count, left },
  );
}
