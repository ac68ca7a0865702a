import { type IntOrPercent, intOrPercentOf, resolveCount } from "../model/int-or-percent.ts";
import type { Node } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { podSelectorOf } from "./indexes.ts";
import { effectiveReplicas } from "./replicas.ts";
import { selectedBy } from "./selection.ts";
import type { Snapshot } from "./snapshot.ts";

/** What a PodDisruptionBudget limits, and where it says so. */
export interface BudgetLimit {
  readonly field: "minAvailable" | "maxUnavailable";
  readonly node: Node;
  readonly amount: IntOrPercent;
}

/**
 * The limit of a budget that selects pods, as far as it is certain. With both fields, which is invalid, the one that the
 * controller reads first (kubernetes pkg/controller/disruption/disruption.go). Undefined when a template or an
 * overlay decides it, or when the budget selects nothing.
 */
export function limitOf(snapshot: Snapshot, budget: Resource): BudgetLimit | undefined {
  for (const field of ["maxUnavailable", "minAvailable"] as const) {
    const node = budget.get(`spec.${field}`);
    if (node === undefined) continue;
    const amount = intOrPercentOf(node);
    // What is negative is refused by the API server.
    const isCertain =
      amount !== undefined && amount.value >= 0 && !snapshot.layout.isPatched(budget, `spec.${field}`);
    return isCertain && podSelectorOf(budget) !== undefined ? { field, node, amount } : undefined;
  }
  return undefined;
}

/**
 * How many of `pods` healthy pods a limit lets go: percentages round up for both fields (kubernetes
 * pkg/controller/disruption/disruption.go).
 */
export function allowedOf({ field, amount }: BudgetLimit, pods: number): number {
  const count = resolveCount(amount, pods, "up");
  return field === "maxUnavailable" ? Math.min(count, pods) : Math.max(pods - count, 0);
}

/** How many pods the budget counts against: the autoscalers' minimum where there is one. Undefined when unknown. */
export function podsBehind(snapshot: Snapshot, budget: Resource): number | undefined {
  const selected = selectedBy(snapshot, budget);
  if (selected === undefined || selected.uncertain) return undefined;
  let pods = 0;
  for (const workload of selected.together) {
    const replicas = effectiveReplicas(snapshot, workload);
    if (replicas === undefined) return undefined;
    pods += replicas.highest;
  }
  return pods;
}
