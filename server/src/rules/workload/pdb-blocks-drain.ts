import { replaceValue } from "../../fixes/yaml-edit.ts";
import { formatAmount, type IntOrPercent, intOrPercentOf, resolveCount } from "../../model/int-or-percent.ts";
import { t } from "../../model/message.ts";
import { entryOf, type Node } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { podSelectorOf } from "../../workspace/indexes.ts";
import { effectiveReplicas } from "../../workspace/replicas.ts";
import { selectedBy } from "../../workspace/selection.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";

type Field = "minAvailable" | "maxUnavailable";

export default defineRule<{ readonly field: Field; readonly node: Node }>({
  id: "pdb-blocks-drain",
  title: "PodDisruptionBudget blocks every node drain",
  severity: "error",
  appliesTo: ["policy/*/PodDisruptionBudget"],
  needsWholeWorkspace: true,
  docs: {
    why: "A drain evicts pods one by one and waits until the budget allows it. When the budget allows no disruption even while every pod is healthy, the drain never ends: node upgrades, autoscaler scale-downs and repairs hang until somebody deletes the budget or the pods by hand.",
    how: "Use `maxUnavailable: 1`: it always lets one pod go, whatever the number of replicas.",
    sources: [
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/disruption/disruption.go",
      "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    ],
    peers: {
      "kube-linter": ["pdb-max-unavailable", "pdb-min-available"],
      polaris: "pdbMinAvailableGreaterThanHPAMinReplicas",
    },
  },
  check(pdb, context) {
    const field = (["maxUnavailable", "minAvailable"] as const).find(
      (name) => pdb.get(`spec.${name}`) !== undefined,
    );
    const node = field === undefined ? undefined : pdb.get(`spec.${field}`);
    const amount = intOrPercentOf(node);
    if (field === undefined || node === undefined || amount === undefined) return;
    if (context.snapshot.layout.isPatched(pdb, `spec.${field}`)) return;
    // Without a selector it protects no pod, and so holds up none.
    if (podSelectorOf(pdb) === undefined) return;
    const at = pdb.at(`spec.${field}`);
    const payload = { field, node };
    if (field === "maxUnavailable") {
      // Percentages round up: 1 % of anything lets one pod go, 0 % none.
      if (amount.value === 0) {
        context.report(
          at,
          t("maxUnavailable: {amount} allows no eviction at all, so every node drain hangs on these pods.", {
            amount: formatAmount(amount),
          }),
          payload,
        );
      }
      return;
    }
    const pods = podsBehind(context.snapshot, pdb);
    if (amount.unit === "percent" && amount.value >= 100) {
      context.report(
        at,
        t("minAvailable: {amount} allows no eviction at all, so every node drain hangs on these pods.", {
          amount: formatAmount(amount),
        }),
        payload,
      );
      return;
    }
    if (pods === undefined || pods === 0) return;
    const needed = resolveCount(amount, pods, "up");
    if (needed >= pods) context.report(at, blocked(amount, needed, pods), payload);
  },
  fixes: [
    {
      id: "max-unavailable-1",
      title: () => t("Replace it by maxUnavailable: 1"),
      preferred: true,
      edits({ field, node }, pdb) {
        if (field === "maxUnavailable") return [replaceValue(pdb.document, node, 1)];
        const key = entryOf(pdb.get("spec"), "minAvailable")?.key;
        // Both fields at once are invalid (pkg/apis/policy/validation/validation.go).
        if (key === undefined || pdb.get("spec.maxUnavailable") !== undefined) return undefined;
        return [
          { document: pdb.document, range: key.range, newText: keyText(pdb, key.range) },
          replaceValue(pdb.document, node, 1),
        ];
      },
    },
  ],
});

function blocked(amount: IntOrPercent, needed: number, pods: number) {
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

/** How many pods the budget counts against: the autoscalers' minimum where there is one. Undefined when unknown. */
function podsBehind(snapshot: Snapshot, pdb: Resource): number | undefined {
  const selected = selectedBy(snapshot, pdb);
  if (selected === undefined || selected.uncertain) return undefined;
  let pods = 0;
  for (const workload of selected.together) {
    const replicas = effectiveReplicas(snapshot, workload);
    if (replicas === undefined) return undefined;
    pods += replicas.highest;
  }
  return pods;
}

function keyText(pdb: Resource, range: { start: number; end: number }): string {
  return pdb.document.text.slice(range.start, range.end).replace("minAvailable", "maxUnavailable");
}
