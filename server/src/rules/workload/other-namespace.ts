import type { Resource } from "../../model/resource.ts";
import { matches, type Selector } from "../../model/selector.ts";
import { podLabelKeys } from "../../workspace/indexes.ts";
import { isTogether, mayShareNamespace } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { type Workload, workloadOf } from "../../workspace/workload.ts";

/** The workloads deployed together with `from` whose pods carry what it asks for, in namespaces that no selector of its own reaches. */
export function inOtherNamespaces(
  snapshot: Snapshot,
  from: Resource,
  selector: Selector,
): readonly Workload[] {
  return podLabelKeys(selector)
    .flatMap((key) => snapshot.find("podLabel", key))
    .filter(
      (resource) => isTogether(snapshot, from, resource) && !mayShareNamespace(snapshot, from, resource),
    )
    .flatMap((resource) => workloadOf(resource) ?? [])
    .filter(({ podLabels }) => podLabels !== undefined && matches(selector, podLabels));
}
