import { type Message, t } from "../../model/message.ts";
import { entryOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { isEmptySelector } from "../../model/selector.ts";
import { selectWorkloads } from "../../workspace/selection.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "pdb-selector-empty",
  title: "PodDisruptionBudget selects everything or nothing",
  severity: "warning",
  appliesTo: ["policy/*/PodDisruptionBudget"],
  needsWholeWorkspace: true,
  docs: {
    why: "A budget without a selector protects no pod. One with an empty selector (`{}`) is the opposite in policy/v1: it spans every pod of the namespace. One limit is then shared by applications that know nothing of each other, a broken one uses it up and blocks the drain of all others, a pod that has a budget of its own cannot be evicted any more (two budgets: the eviction answers 500), and pods without a controller that has a scale, such as those of Jobs, make maxUnavailable and percentages fail. In policy/v1beta1 an empty selector matched nothing.",
    how: "Give each workload a budget of its own that selects the labels of its pods.",
    sources: [
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/policy/types.go",
      "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
      "https://kubernetes.io/docs/reference/using-api/deprecation-guide/#poddisruptionbudget-v125",
    ],
  },
  check(budget, context) {
    const { snapshot } = context;
    if (snapshot.layout.isPatched(budget, "spec.selector") || isFilledIn(snapshot, budget)) return;
    const message = messageOf(snapshot, budget);
    if (message !== undefined) context.report(budget.at("spec.selector"), message);
  },
});

/** A kustomization's labels go into a `matchLabels` that is there, even an empty one (kustomize api/internal/konfig). */
function isFilledIn(snapshot: Snapshot, budget: Resource): boolean {
  return (
    entryOf(budget.get("spec.selector"), "matchLabels") !== undefined &&
    snapshot.layout.podLabelsAdded(budget.document.uri).size > 0
  );
}

function messageOf(snapshot: Snapshot, budget: Resource): Message | undefined {
  const selector = budget.get("spec.selector");
  if (selector === undefined)
    return t(
      "Without a selector this PodDisruptionBudget selects no pod and protects nothing: drains may evict all pods it is meant for at once. Select the labels of their template.",
    );
  if (!isEmptySelector(selector)) return undefined;
  if (budget.version === "v1beta1")
    return t(
      "In policy/v1beta1 an empty selector matches no pod, so this PodDisruptionBudget protects nothing (in policy/v1 it would span the whole namespace). Select the labels of the pods it is meant for.",
    );
  const { together } = selectWorkloads(snapshot, budget, []);
  return together.length > 1
    ? t(
        "An empty selector spans every pod of the namespace: {workloads} workloads here share one limit, a broken one blocks the drain of all others, and a pod with a budget of its own can no longer be evicted. Give each workload its own budget.",
        { workloads: together.length },
      )
    : t(
        "An empty selector spans every pod of the namespace: all its workloads share one limit, a broken one blocks the drain of all others, and a pod with a budget of its own can no longer be evicted. Select the labels of the pods it is meant for.",
      );
}
