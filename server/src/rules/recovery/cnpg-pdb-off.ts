import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { booleanOf } from "../../model/node.ts";
import { CNPG_CLUSTER, instancesOf } from "../../recovery/cnpg.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "cnpg-pdb-off",
  title: "PostgreSQL cluster without PodDisruptionBudgets",
  severity: "warning",
  appliesTo: [CNPG_CLUSTER.replace("/", "/*/")],
  docs: {
    why: "The operator makes PodDisruptionBudgets: one keeps the primary until another instance has taken over, and from three instances on a second one keeps the standbys from leaving together. With `enablePDB: false` there are none, and node drains at the same time, as upgrades make them, may evict the primary and its standbys at once.",
    how: "Leave it on. It is meant to be off for a cluster with a single instance, which no drain could get past otherwise; such clusters are not judged.",
    sources: [
      "https://cloudnative-pg.io/documentation/current/kubernetes_upgrade/#pod-disruption-budgets",
      "https://github.com/cloudnative-pg/cloudnative-pg/blob/main/pkg/specs/poddisruptionbudget.go",
    ],
  },
  check(cluster, context) {
    const instances = instancesOf(context.snapshot, cluster);
    if (instances === undefined || instances < 2) return;
    if (booleanOf(cluster.get("spec.enablePDB")) !== false) return;
    if (context.snapshot.layout.isPatched(cluster, "spec.enablePDB")) return;
    context.report(
      cluster.at("spec.enablePDB"),
      t(
        "enablePDB: false leaves the {instances} instances of {name} without a PodDisruptionBudget: node drains at the same time may evict the primary and every standby at once. Leave it on.",
        { instances, name: cluster.name ?? "" },
      ),
      undefined,
    );
  },
  fixes: [
    {
      id: "pdb-on",
      title: () => t("Let the operator make the PodDisruptionBudgets"),
      preferred: true,
      edits: (_, cluster) => setPath(cluster, "spec.enablePDB", true),
    },
  ],
});
