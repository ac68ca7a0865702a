import { itemsOf, type Node, nodeAt, present, stringMapOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { workloadOf } from "./workload.ts";

/** Where a Rollout gives some of its pods further labels (argo-rollouts `pkg/apis/rollouts/v1alpha1/types.go`). */
const PLACES: readonly string[] = [
  "spec.strategy.canary.canaryMetadata.labels",
  "spec.strategy.canary.stableMetadata.labels",
  "spec.strategy.blueGreen.activeMetadata.labels",
  "spec.strategy.blueGreen.previewMetadata.labels",
];

/**
 * The labels that pods of a Rollout carry in turn: while it serves or previews them, and in the experiments of its
 * steps, each time over those of the template. Undefined inside where a template engine decides some; empty for other
 * resources.
 */
export function ephemeralLabelsOf(resource: Resource): readonly (ReadonlyMap<string, string> | undefined)[] {
  if (resource.type !== "argoproj.io/Rollout") return [];
  const own = workloadOf(resource)?.podLabels;
  const places = [...PLACES.map((place) => resource.get(place)), ...experimentLabels(resource)];
  return places.flatMap((node) => {
    if (node === undefined) return [];
    const labels = stringMapOf(node);
    return labels === undefined || own === undefined ? [undefined] : [new Map([...own, ...labels])];
  });
}

function experimentLabels(rollout: Resource): readonly (Node | undefined)[] {
  return itemsOf(rollout.get("spec.strategy.canary.steps"))
    .flatMap((step) => itemsOf(nodeAt(step, "experiment.templates")))
    .map((template) => present(nodeAt(template, "metadata.labels")));
}
