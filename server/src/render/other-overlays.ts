import type { Layout } from "../workspace/layout.ts";
import { workloadOf } from "../workspace/workload.ts";
import type { Plan } from "./kustomization.ts";
import type { FileOf } from "./overlay-origin.ts";

/**
 * Whether a file belongs to other overlays of the same workloads only: they are deployed elsewhere, or instead, so that
 * a budget of theirs guards no pods of this one. Overlays that share a namespace or a role, and no workload, may well
 * stand side by side.
 */
export function ofOtherOverlays(
  plan: Plan | undefined,
  layout: Layout,
  fileOf: FileOf,
): (uri: string) => boolean {
  if (plan === undefined) return () => false;
  const own = new Set(plan.leaves.flatMap(({ layers }) => layers.map(({ folder }) => folder)));
  const others = new Set<string>();
  for (const { uri } of plan.leaves) {
    if (!holdsWorkload(uri, fileOf)) continue;
    for (const { id } of layout.bundlesOf(uri)) if (!own.has(id)) others.add(id);
  }
  return (uri) => layout.bundlesOf(uri).every(({ id, kind }) => kind === "kustomization" && others.has(id));
}

function holdsWorkload(uri: string, fileOf: FileOf): boolean {
  return (fileOf(uri)?.documents ?? []).some(({ resources }) =>
    resources.some((resource) => workloadOf(resource) !== undefined),
  );
}
