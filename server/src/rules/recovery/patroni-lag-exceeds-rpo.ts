import { t } from "../../model/message.ts";
import { booleanOf, field, integerOf, valueOr } from "../../model/node.ts";
import { databaseUsesOf, zeroRpoOf } from "../../recovery/plan-scope.ts";
import { defineRule } from "../rule.ts";

/** Bytes that Patroni allows where nothing is said. */
const DEFAULT_LAG = 1_048_576;

export default defineRule({
  id: "patroni-lag-exceeds-rpo",
  title: "Patroni may promote a replica that lags, but the plan promises to lose nothing",
  severity: "info",
  appliesTo: ["acid.zalan.do/*/postgresql"],
  needsWholeWorkspace: true,
  docs: {
    why: "Without synchronous mode a replica may be promoted when it is up to `maximum_lag_on_failover` bytes behind (1 MiB by default; Zalando's example says 32 MiB). What is missing is lost. A DisasterRecoveryPlan with an RPO of 0 for lost machines or sites says that this must not happen.",
    how: "Set `synchronous_mode: true`, and `synchronous_mode_strict: true` so that writes wait when no replica is there. Judged for clusters that a plan of the workspace names as one of its databases.",
    sources: [
      "https://patroni.readthedocs.io/en/latest/replication_modes.html",
      "https://github.com/zalando/postgres-operator/blob/master/docs/reference/cluster_manifest.md",
    ],
  },
  check(cluster, context) {
    const { snapshot } = context;
    const synchronous = valueOr(field(cluster.get("spec.patroni.synchronous_mode"), booleanOf), false);
    const lag = valueOr(field(cluster.get("spec.patroni.maximum_lag_on_failover"), integerOf), DEFAULT_LAG);
    if (synchronous !== false || lag === undefined || lag <= 0) return;
    if (snapshot.layout.isPatched(cluster, "spec.patroni")) return;
    for (const { plan } of databaseUsesOf(snapshot, cluster)) {
      const disruption = zeroRpoOf(plan);
      if (disruption === undefined) continue;
      context.report(
        cluster.at("spec.patroni.maximum_lag_on_failover"),
        t(
          "Plan {plan} promises an RPO of 0 for {disruption}, but {name} replicates asynchronously and may promote a replica that is {lag} bytes behind. Set synchronous_mode and synchronous_mode_strict.",
          { plan: plan.resource.name ?? "", disruption, name: cluster.name ?? "", lag },
        ),
        undefined,
        { related: [{ location: plan.resource.title, message: t("The plan that names this database.") }] },
      );
      return;
    }
  },
});
