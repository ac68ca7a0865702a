import type { DocumentEdit } from "../../fixes/edit.ts";
import { appendItems } from "../../fixes/list-edit.ts";
import type { Value } from "../../fixes/style.ts";
import { insertEntry } from "../../fixes/yaml-edit.ts";
import { entryOf, type MapNode, nodeAt, present } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";

/** How a constraint behaves when it cannot be met. */
export type Strictness = "ScheduleAnyway" | "DoNotSchedule";

/** A constraint that spreads the pods with these labels evenly. */
export function constraintOver(
  topologyKey: string,
  whenUnsatisfiable: Strictness,
  labels: ReadonlyMap<string, string>,
): Value {
  return {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable,
    // With DoNotSchedule, nodes that the pods do not tolerate must not count as empty ones, or pods stay Pending.
    ...(whenUnsatisfiable === "DoNotSchedule" ? { nodeTaintsPolicy: "Honor" } : {}),
    labelSelector: { matchLabels: Object.fromEntries(labels) },
  };
}

/** Adds constraints behind those of a pod spec; undefined where a template or an explicit null is in their place. */
export function addConstraints(
  { document }: Resource,
  podSpec: MapNode,
  constraints: readonly Value[],
): readonly DocumentEdit[] | undefined {
  const key = "topologySpreadConstraints";
  const list = present(nodeAt(podSpec, key));
  if (list?.kind === "seq" && list.items.length > 0) return [appendItems(document, list, constraints)];
  if (entryOf(podSpec, key) !== undefined) return undefined;
  const placement =
    entryOf(podSpec, "affinity") === undefined
      ? { before: ["initContainers", "containers"] }
      : { after: ["affinity"] };
  return [insertEntry(document, podSpec, key, constraints, placement)];
}
