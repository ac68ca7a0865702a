import type { Resource } from "../model/resource.ts";
import { ANY } from "./indexes.ts";
import { bringsForeignPods } from "./pod-makers.ts";
import { mayShareNamespace, together } from "./scope.ts";
import type { Snapshot } from "./snapshot.ts";
import { podOwners, type Workload, workloadOf } from "./workload.ts";

/** The workloads and Pods that are deployed together with a resource and may run in its namespace. Costly: for rules that have found nothing. */
export function workloadsBeside(snapshot: Snapshot, from: Resource): readonly Workload[] {
  return podOwners
    .flatMap((type) => together(snapshot, from, snapshot.find("type", type)))
    .filter((resource) => mayShareNamespace(snapshot, from, resource))
    .flatMap((resource) => workloadOf(resource) ?? []);
}

/**
 * Whether everything that is deployed together with a resource is there to be seen: no remote base or chart, no
 * custom resource whose operator makes pods, or may.
 */
export function isAllVisible(snapshot: Snapshot, from: Resource): boolean {
  if (snapshot.layout.isOpen(from.document.uri) || bringsForeignPods(snapshot, from)) return false;
  return together(snapshot, from, snapshot.find("unknownKind", ANY)).length === 0;
}
