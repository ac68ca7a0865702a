import { formatAmount, type IntOrPercent, resolveCount } from "../../model/int-or-percent.ts";
import { type Message, t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { type BudgetLimit, limitOf, podsBehind } from "../../workspace/budget.ts";
import { autoscalerTypes } from "../../workspace/replicas.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";
import { oneAtATime } from "./budget-edit.ts";

export default defineRule<BudgetLimit>({
  id: "pdb-protects-nothing",
  title: "PodDisruptionBudget lets every pod go at once",
  severity: "warning",
  appliesTo: ["policy/*/PodDisruptionBudget"],
  needsWholeWorkspace: true,
  inCluster: autoscalerTypes,
  docs: {
    why: "A budget that allows all of its pods to be evicted at the same time is no budget: drains of several nodes, or of one that holds all pods, take the application down while everybody believes that it is protected.",
    how: "Use `maxUnavailable: 1`. Percentages round up, so `maxUnavailable: 51%` of two pods is both; an autoscaler's minimum counts, not its maximum. Of a single pod nothing can be protected without blocking drains: `maxUnavailable: 1` is right there and not reported.",
    sources: [
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/disruption/disruption.go",
      "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    ],
  },
  check(budget, context) {
    const limit = limitOf(context.snapshot, budget);
    if (limit === undefined) return;
    const message = gapOf(context.snapshot, budget, limit);
    if (message !== undefined) context.report(budget.at(`spec.${limit.field}`), message, limit);
  },
  fixes: [
    {
      id: "max-unavailable-1",
      title: () => t("Replace it by maxUnavailable: 1"),
      preferred: true,
      edits: (limit, budget) => oneAtATime(budget, limit),
    },
  ],
});

/** Why all pods may be evicted at once; undefined when some are kept. */
function gapOf(snapshot: Snapshot, budget: Resource, { field, amount }: BudgetLimit): Message | undefined {
  const values = { amount: formatAmount(amount) };
  if (field === "minAvailable") {
    return amount.value === 0
      ? t(
          "minAvailable: {amount} allows every pod to be evicted at the same time, so this PodDisruptionBudget protects nothing. Use maxUnavailable: 1.",
          values,
        )
      : undefined;
  }
  if (amount.unit === "percent" && amount.value >= 100)
    return t(
      "maxUnavailable: {amount} allows every pod to be evicted at the same time, so this PodDisruptionBudget protects nothing. Use maxUnavailable: 1.",
      values,
    );
  const pods = podsBehind(snapshot, budget);
  // One pod cannot be kept without holding up every drain.
  if (pods === undefined || pods < 2) return undefined;
  const allowed = resolveCount(amount, pods, "up");
  return allowed >= pods ? allOf(amount, allowed, pods) : undefined;
}

function allOf(amount: IntOrPercent, allowed: number, pods: number): Message {
  return amount.unit === "percent"
    ? t(
        "With a scale of {pods}, maxUnavailable: {amount} rounds up to {allowed}: all pods may be evicted at the same time, so this PodDisruptionBudget protects nothing. Use maxUnavailable: 1.",
        { amount: formatAmount(amount), pods, allowed },
      )
    : t(
        "With a scale of {pods}, maxUnavailable: {allowed} allows all pods to be evicted at the same time, so this PodDisruptionBudget protects nothing. Use maxUnavailable: 1.",
        { pods, allowed },
      );
}
