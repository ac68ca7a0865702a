import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { field, integerOf } from "../../model/node.ts";
import { CNPG_CLUSTER, instancesOf } from "../../recovery/cnpg.ts";
import { databaseUsesOf, zeroRpoOf } from "../../recovery/plan-scope.ts";
import { defineRule } from "../rule.ts";

/** Instances, where they are known. */
type Instances = number | undefined;

export default defineRule<Instances>({
  id: "cnpg-sync-missing",
  title: "PostgreSQL replicates asynchronously, but the plan promises to lose nothing",
  severity: "warning",
  appliesTo: [CNPG_CLUSTER.replace("/", "/*/")],
  needsWholeWorkspace: true,
  docs: {
    why: "By default a commit is confirmed as soon as the primary has it. When the primary is lost, the standby that is promoted lacks what had not been streamed yet: usually little, under load or with a slow network seconds of transactions that clients believe to be stored. A DisasterRecoveryPlan with an RPO of 0 for lost machines or sites says that this must not happen.",
    how: "Set `postgresql.synchronous` with `method: any`, a `number` below the number of standbys, and `dataDurability: required`; or promise what asynchronous replication can keep. Judged for clusters that a plan of the workspace names as one of its databases.",
    sources: ["https://cloudnative-pg.io/documentation/current/replication/#synchronous-replication"],
  },
  check(cluster, context) {
    const { snapshot } = context;
    if (cluster.get("spec.postgresql.synchronous") !== undefined) return;
    const legacy = field(cluster.get("spec.minSyncReplicas"), integerOf);
    if (legacy.state === "unknown" || (legacy.state === "known" && legacy.value > 0)) return;
    if (snapshot.layout.isPatched(cluster, "spec.postgresql")) return;
    for (const { plan } of databaseUsesOf(snapshot, cluster)) {
      const disruption = zeroRpoOf(plan);
      if (disruption === undefined) continue;
      context.report(
        cluster.at("spec.postgresql.synchronous"),
        t(
          "Plan {plan} promises an RPO of 0 for {disruption}, but commits of {name} wait for no standby: what had not been streamed when the primary is lost, is lost. Set postgresql.synchronous.",
          { plan: plan.resource.name ?? "", disruption, name: cluster.name ?? "" },
        ),
        instancesOf(snapshot, cluster),
        { related: [{ location: plan.resource.title, message: t("The plan that names this database.") }] },
      );
      return;
    }
  },
  fixes: [
    {
      id: "wait-for-one",
      title: () => t("Wait for one standby with each commit"),
      preferred: false,
      needsConfirmation: true,
      edits: (instances, cluster) =>
        instances !== undefined && instances >= 3
          ? setPath(cluster, "spec.postgresql.synchronous", {
              method: "any",
              number: 1,
              dataDurability: "required",
            })
          : undefined,
    },
  ],
});
