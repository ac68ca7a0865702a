import type { Resource } from "../model/resource.ts";
import type { Layout } from "../workspace/layout.ts";
import { workloadOf } from "../workspace/workload.ts";
import type { Plan } from "./kustomization.ts";
import type { FileOf } from "./overlay-origin.ts";

/** What guards or scales the pods that it selects or names. What is sent to, or routes there, may lie in any overlay. */
const GUARDS: ReadonlySet<string> = new Set([
  "policy/PodDisruptionBudget",
  "autoscaling/HorizontalPodAutoscaler",
  "autoscaling.k8s.io/VerticalPodAutoscaler",
  "keda.sh/ScaledObject",
]);

/**
 * Whether a resource guards or scales the pods of other overlays of the same workloads only: those are deployed elsewhere,
 * or instead, so that it guards none of this one. Overlays that share a namespace or a role, and no workload, may well
 * stand side by side.
 */
export function guardsOfOthers(
  plan: Plan | undefined,
  layout: Layout,
  fileOf: FileOf,
): (resource: Resource) => boolean {
  if (plan === undefined) return () => false;
  const own = new Set(plan.leaves.flatMap(({ layers }) => layers.map(({ folder }) => folder)));
  const others = new Set<string>();
  for (const { uri } of plan.leaves) {
    if (!holdsWorkload(uri, fileOf)) continue;
    for (const { id } of layout.bundlesOf(uri)) if (!own.has(id)) others.add(id);
  }
  return ({ type, document }) =>
    GUARDS.has(type) &&
    layout.bundlesOf(document.uri).every(({ id, kind }) => kind === "kustomization" && others.has(id));
}

function holdsWorkload(uri: string, fileOf: FileOf): boolean {
  return (fileOf(uri)?.documents ?? []).some(({ resources }) =>
    resources.some((resource) => workloadOf(resource) !== undefined),
  );
}
