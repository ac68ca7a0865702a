import {
  type Field,
  field,
  integerOf,
  itemsOf,
  type MapNode,
  type Node,
  nodeAt,
  type Path,
  present,
  stringMapOf,
  stringOf,
} from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { labelSelectorOf, type Selector } from "../model/selector.ts";

/**
 * How each kind that runs pods keeps its pod template and its scale. Adding a kind is one entry.
 * Sources: kubernetes `pkg/apis/apps/types.go`, `pkg/apis/batch/types.go`; argo-rollouts
 * `pkg/apis/rollouts/v1alpha1/types.go`; kubevirt `staging/src/kubevirt.io/api/core/v1/types.go`.
 */
const SHAPES: Readonly<Record<string, { template: Path; scalable: boolean; longRunning: boolean }>> = {
  "apps/Deployment": { template: "spec.template", scalable: true, longRunning: true },
  "extensions/Deployment": { template: "spec.template", scalable: true, longRunning: true },
  "apps/StatefulSet": { template: "spec.template", scalable: true, longRunning: true },
  "apps/ReplicaSet": { template: "spec.template", scalable: true, longRunning: true },
  "/ReplicationController": { template: "spec.template", scalable: true, longRunning: true },
  "argoproj.io/Rollout": { template: "spec.template", scalable: true, longRunning: true },
  "apps/DaemonSet": { template: "spec.template", scalable: false, longRunning: true },
  "extensions/DaemonSet": { template: "spec.template", scalable: false, longRunning: true },
  "kubevirt.io/VirtualMachine": { template: "spec.template", scalable: false, longRunning: true },
  "/Pod": { template: "", scalable: false, longRunning: false },
  "batch/Job": { template: "spec.template", scalable: false, longRunning: false },
  "batch/CronJob": { template: "spec.jobTemplate.spec.template", scalable: false, longRunning: false },
};

/** Kinds with pods in them, by type (`group/Kind`). */
export const podOwners: readonly string[] = Object.keys(SHAPES);

/** Anything that runs pods from a template. */
export interface Workload {
  readonly resource: Resource;
  /** Whether it has a number of replicas of its own (a DaemonSet and a VM have not). */
  readonly scalable: boolean;
  /** Serves until it is stopped, unlike a Job, and has an owner that replaces lost pods, unlike a bare Pod. */
  readonly longRunning: boolean;
  /** Steps to the pod template; empty for a Pod. */
  readonly templatePath: Path;
  readonly template: Node | undefined;
  readonly podSpec: MapNode | undefined;
  /** Labels of its pods; undefined when a template engine decides some of them. */
  readonly podLabels: ReadonlyMap<string, string> | undefined;
  /** `spec.selector`; undefined when absent or unreadable. */
  readonly selector: Selector | undefined;
  /** `spec.replicas` as written; `effectiveReplicas` says what counts in the end. */
  readonly declaredReplicas: Field<number>;
}

/** A container of a workload and whether it serves as long as the pod lives. */
export interface Container {
  readonly node: MapNode;
  readonly name: string | undefined;
  /** An init container that stays (restartPolicy Always, KEP-753). */
  readonly sidecar: boolean;
}

/** The workload a resource is, or undefined for other kinds. */
export function workloadOf(resource: Resource): Workload | undefined {
  return resource.derive(read);
}

function read(resource: Resource): Workload | undefined {
  const shape = SHAPES[resource.type];
  if (shape === undefined) return undefined;
  const template = resource.get(shape.template);
  const podSpec = nodeAt(template, "spec");
  return {
    resource,
    scalable: shape.scalable,
    longRunning: shape.longRunning,
    templatePath: shape.template,
    template,
    podSpec: podSpec?.kind === "map" ? podSpec : undefined,
    podLabels: stringMapOf(nodeAt(template, "metadata.labels")),
    selector: labelSelectorOf(resource.get("spec.selector")),
    declaredReplicas: field(resource.get("spec.replicas"), integerOf),
  };
}

/** The containers that run as long as the pod: ordinary ones and sidecars, in the order of the manifest. */
export function servingContainers(workload: Workload): readonly Container[] {
  const sidecars = containersIn(workload, "initContainers").filter((container) => container.sidecar);
  return [...sidecars, ...containersIn(workload, "containers")];
}

function containersIn(workload: Workload, list: "containers" | "initContainers"): Container[] {
  return itemsOf(nodeAt(workload.podSpec, list)).flatMap((node) =>
    node.kind === "map"
      ? [
          {
            node,
            name: stringOf(nodeAt(node, "name")),
            sidecar: list === "initContainers" && stringOf(nodeAt(node, "restartPolicy")) === "Always",
          },
        ]
      : [],
  );
}

/** Whether the pod template is written here, rather than in the workload that a Rollout's `workloadRef` names. */
export function hasOwnTemplate(workload: Workload): boolean {
  return present(workload.template) !== undefined;
}
