import { nodeAt, present, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { scaleTargetOf } from "../../workspace/indexes.ts";
import { isTogether, mayShareNamespace } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import type { Workload } from "../../workspace/workload.ts";

/** What an autoscaler asks for. */
export interface Wanted {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** The groups in which each kind that can be scaled is known here; other kinds may be any operator's. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["apps", "extensions"],
  ReplicaSet: ["apps", "extensions"],
  StatefulSet: ["apps"],
  ReplicationController: [""],
  Rollout: ["argoproj.io"],
};

/**
 * The target of an HPA or a ScaledObject; undefined when a template or an overlay decides it, or when nobody here
 * knows its kind. Only the group of its `apiVersion` counts, and an absent one is the core group to an HPA
 * (kubernetes pkg/controller/podautoscaler/horizontal.go, reconcileAutoscaler) and `apps` to KEDA
 * (apis/keda/v1alpha1/gvkr_types.go).
 */
export function wantedBy(snapshot: Snapshot, autoscaler: Resource): Wanted | undefined {
  const target = scaleTargetOf(autoscaler);
  const known = target === undefined ? undefined : KNOWN[target.kind];
  if (target === undefined || known === undefined) return undefined;
  const ref = autoscaler.get("spec.scaleTargetRef");
  const version = present(nodeAt(ref, "apiVersion"));
  const written = stringOf(version);
  if (version !== undefined && written === undefined) return undefined;
  const fallback = autoscaler.group === "keda.sh" ? "apps/v1" : "v1";
  const group = groupOf(written ?? fallback);
  // The core group has no such kind: it is written without one. Any other group may serve one of its own.
  if (group !== "" && !known.includes(group)) return undefined;
  const fields = ["apiVersion", "kind", "name"].map((field) => `spec.scaleTargetRef.${field}`);
  if (fields.some((field) => snapshot.layout.isPatched(autoscaler, field))) return undefined;
  return { group, kind: target.kind, name: target.name };
}

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}

/** The resources of that kind and name, in whatever group and namespace. */
export function namesakesOf(snapshot: Snapshot, { kind, name }: Wanted): readonly Resource[] {
  return (KNOWN[kind] ?? []).flatMap((group) => snapshot.find("name", `${group}/${kind}/${name}`));
}

/** The first workload of that name deployed beside the autoscaler that is of another kind. */
export function otherKind(wanted: Wanted, beside: readonly Workload[]): Workload | undefined {
  return beside.find(
    ({ resource, longRunning }) =>
      longRunning && resource.name === wanted.name && resource.kind !== wanted.kind,
  );
}

/** The first namesake that is deployed together with the autoscaler into another namespace. */
export function inOtherNamespace(
  snapshot: Snapshot,
  autoscaler: Resource,
  namesakes: readonly Resource[],
): Resource | undefined {
  return namesakes.find(
    (resource) =>
      isTogether(snapshot, autoscaler, resource) && !mayShareNamespace(snapshot, autoscaler, resource),
  );
}
