import { setPath } from "../../fixes/yaml-edit.ts";
import { formatAmount, type IntOrPercent, resolveCount } from "../../model/int-or-percent.ts";
import { type Message, t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { type BudgetLimit, limitOf, podsBehind } from "../../workspace/budget.ts";
import { podSelectorOf } from "../../workspace/indexes.ts";
import { autoscalerTypes } from "../../workspace/replicas.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";
import { oneAtATime } from "./budget-edit.ts";

export default defineRule<BudgetLimit | undefined>({
  id: "pdb-blocks-drain",
  title: "PodDisruptionBudget blocks every node drain",
  severity: "error",
  appliesTo: ["policy/*/PodDisruptionBudget"],
  needsWholeWorkspace: true,
  inCluster: autoscalerTypes,
  docs: {
    why: "A drain evicts pods one by one and waits until the budget allows it. When the budget allows no disruption even while every pod is healthy, the drain never ends: node upgrades, autoscaler scale-downs and repairs hang until somebody deletes the budget or the pods by hand.",
    how: "Use `maxUnavailable: 1`: it always lets one pod go, whatever the number of replicas. A budget that states neither minAvailable nor maxUnavailable is accepted and allows nothing.",
    sources: [
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/disruption/disruption.go",
      "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    ],
    peers: {
      "kube-linter": ["pdb-max-unavailable", "pdb-min-available"],
      "kube-score": "poddisruptionbudget-has-policy",
      polaris: "pdbMinAvailableGreaterThanHPAMinReplicas",
    },
  },
  check(pdb, context) {
    if (isWithoutLimit(context.snapshot, pdb)) {
      context.report(
        pdb.at("spec"),
        t(
          "Without minAvailable and maxUnavailable this PodDisruptionBudget allows no eviction at all, so every node drain hangs on its pods. Set maxUnavailable: 1.",
        ),
        undefined,
      );
      return;
    }
    const limit = limitOf(context.snapshot, pdb);
    if (limit === undefined) return;
    const message = blockOf(context.snapshot, pdb, limit);
    if (message !== undefined) context.report(pdb.at(`spec.${limit.field}`), message, limit);
  },
  fixes: [
    {
      id: "max-unavailable-1",
      title: (limit) =>
        limit === undefined ? t("Set maxUnavailable to 1") : t("Replace it by maxUnavailable: 1"),
      preferred: true,
      edits: (limit, pdb) =>
        limit === undefined
          ? setPath(pdb, "spec.maxUnavailable", 1, { before: ["selector"] })
          : oneAtATime(pdb, limit),
    },
  ],
});

/**
 * The API server takes a budget that states neither field; the controller then expects 0 pods and allows no disruption
 * (pkg/controller/disruption/disruption.go, getExpectedPodCount and updatePdbStatus).
 */
function isWithoutLimit(snapshot: Snapshot, pdb: Resource): boolean {
  const paths = ["spec.minAvailable", "spec.maxUnavailable"];
  return (
    pdb.get("spec")?.kind === "map" &&
    podSelectorOf(pdb) !== undefined &&
    paths.every((path) => pdb.get(path) === undefined && !snapshot.layout.isPatched(pdb, path))
  );
}

/** Why no pod may ever be evicted; undefined when one may. */
function blockOf(snapshot: Snapshot, pdb: Resource, { field, amount }: BudgetLimit): Message | undefined {
  const values = { amount: formatAmount(amount) };
  if (field === "maxUnavailable") {
    // Percentages round up: 1 % of anything lets one pod go, 0 % none.
    return amount.value === 0
      ? t(
          "maxUnavailable: {amount} allows no eviction at all, so every node drain hangs on these pods.",
          values,
        )
      : undefined;
  }
  const pods = podsBehind(snapshot, pdb);
  if (amount.unit === "percent" && amount.value >= 100)
    return t(
      "minAvailable: {amount} allows no eviction at all, so every node drain hangs on these pods.",
      values,
    );
  if (pods === undefined || pods === 0) return undefined;
  const needed = resolveCount(amount, pods, "up");
  return needed >= pods ? blocked(amount, needed, pods) : undefined;
}

function blocked(amount: IntOrPercent, needed: number, pods: number): Message {
  return amount.unit === "percent"
    ? t(
        "With a scale of {pods}, minAvailable: {amount} rounds up to {needed}: no pod may ever be evicted, so every node drain hangs.",
        { amount: formatAmount(amount), pods, needed },
      )
    : t("With a scale of {pods}, minAvailable: {needed} lets no pod go, so every node drain hangs.", {
        needed,
        pods,
      });
}
