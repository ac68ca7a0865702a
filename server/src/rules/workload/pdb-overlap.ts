import { removeResource } from "../../fixes/resource-edit.ts";
import { t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { effectiveReplicas } from "../../workspace/replicas.ts";
import { isEarlier, isTogether, namespaceOf } from "../../workspace/scope.ts";
import { selectedBy, selectorsOf } from "../../workspace/selection.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { ownLabelsOf } from "../../workspace/spread.ts";
import type { Workload } from "../../workspace/workload.ts";
import { defineRule } from "../rule.ts";

const BUDGET = "policy/PodDisruptionBudget";

export default defineRule({
  id: "pdb-overlap",
  title: "Two PodDisruptionBudgets select the same pod",
  severity: "error",
  appliesTo: ["policy/*/PodDisruptionBudget"],
  needsWholeWorkspace: true,
  docs: {
    why: "Kubernetes does not evict a pod that more than one PodDisruptionBudget selects: the eviction answers 500, whatever the budgets allow. Drains hang on such a pod until somebody deletes a budget or the pod by hand.",
    how: "Keep one budget per workload. Where one selector is wider than was meant, narrow it with a label that only its own pods carry.",
    sources: [
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/registry/core/pod/storage/eviction.go",
      "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    ],
  },
  check(budget, context) {
    const { snapshot } = context;
    for (const workload of certainlySelected(snapshot, budget)) {
      const other = rivalOf(snapshot, budget, workload);
      if (other === undefined) continue;
      const { resource } = workload;
      context.report(
        budget.title,
        t(
          "PodDisruptionBudget {other} selects the pods of {kind} {name} too. Kubernetes refuses to evict a pod with two budgets (the eviction answers 500), so every node drain hangs on them. Remove one of the two or narrow its selector.",
          { other: other.called, kind: resource.kind, name: resource.called },
        ),
        undefined,
        {
          related: [
            { location: other.title, message: t("The other PodDisruptionBudget") },
            { location: resource.title, message: t("The pods that both select") },
          ],
        },
      );
      return;
    }
  },
  fixes: [
    {
      id: "remove",
      title: (_, budget) => t("Remove PodDisruptionBudget {name}", { name: budget.called }),
      preferred: false,
      needsConfirmation: true,
      edits(_, budget) {
        const edit = removeResource(budget);
        return edit === undefined ? undefined : [edit];
      },
    },
  ],
});

/** The workloads a budget most likely means, as far as nothing but what is written decides it. */
function certainlySelected(snapshot: Snapshot, budget: Resource): readonly Workload[] {
  if (snapshot.layout.isPatched(budget, "spec.selector")) return [];
  return (selectedBy(snapshot, budget)?.nearest ?? []).filter(
    (workload) =>
      sameNamespace(snapshot, budget, workload.resource) &&
      isTogether(snapshot, budget, workload.resource) &&
      ownLabelsOf(snapshot, workload) !== undefined &&
      effectiveReplicas(snapshot, workload)?.highest !== 0,
  );
}

/** An earlier budget of the same bundle that selects the workload too. The same identity twice is one budget, or a choice. */
function rivalOf(snapshot: Snapshot, budget: Resource, workload: Workload): Resource | undefined {
  return selectorsOf(snapshot, workload, BUDGET).resources.find(
    (other) =>
      isEarlier(other, budget) &&
      other.name !== budget.name &&
      isTogether(snapshot, budget, other) &&
      sameNamespace(snapshot, budget, other) &&
      certainlySelected(snapshot, other).includes(workload),
  );
}

function sameNamespace(snapshot: Snapshot, a: Resource, b: Resource): boolean {
  return a.namespace === b.namespace || isGivenSame(namespaceOf(snapshot, a), namespaceOf(snapshot, b));
}

function isGivenSame(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && a === b;
}
