import type { SourceDocument } from "../model/document.ts";
import type { Resource } from "../model/resource.ts";
import { effectiveReplicas } from "../workspace/replicas.ts";
import { selectorsOf } from "../workspace/selection.ts";
import type { Snapshot, Topology } from "../workspace/snapshot.ts";
import { type Workload, workloadOf } from "../workspace/workload.ts";
import { BUDGET } from "./budgets.ts";
import { isToldElsewhere, postureOf } from "./posture.ts";
import type { Posture } from "./verdict.ts";

/** A workload that availability is about. */
export interface Subject {
  readonly resource: Resource;
  readonly posture: Posture;
  /** The budgets and autoscalers that have a part in it: what is wrong with them is wrong with it. */
  readonly about: readonly Resource[];
}

/** The workloads of a document that serve for as long as nobody stops them, with what is guaranteed to each. */
export function subjectsIn(
  snapshot: Snapshot,
  document: SourceDocument,
  topology: Topology,
): readonly Subject[] {
  return document.resources.flatMap((resource) => {
    const workload = workloadOf(resource);
    if (workload === undefined || !isSubject(snapshot, workload)) return [];
    return [
      { resource, posture: postureOf(snapshot, workload, topology), about: aboutOf(snapshot, workload) },
    ];
  });
}

/** Patches are told of as part of what they patch, and what another object made is not decided here. */
function isSubject(snapshot: Snapshot, workload: Workload): boolean {
  const { resource } = workload;
  if (!workload.longRunning || resource.get("metadata.ownerReferences") !== undefined) return false;
  return snapshot.layout.completenessOf(resource) !== "patch" && !isToldElsewhere(snapshot, workload);
}

function aboutOf(snapshot: Snapshot, workload: Workload): readonly Resource[] {
  return [
    ...selectorsOf(snapshot, workload, BUDGET).resources,
    ...(effectiveReplicas(snapshot, workload)?.decidedBy ?? []),
  ];
}
