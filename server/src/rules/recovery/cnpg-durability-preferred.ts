import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { stringOf } from "../../model/node.ts";
import { CNPG_CLUSTER } from "../../recovery/cnpg.ts";
import { databaseUsesOf, zeroRpoOf } from "../../recovery/plan-scope.ts";
import { defineRule } from "../rule.ts";

const PATH = "spec.postgresql.synchronous.dataDurability";

export default defineRule({
  id: "cnpg-durability-preferred",
  title: "Synchronous replication gives up when no standby is there, but the plan promises to lose nothing",
  severity: "error",
  appliesTo: [CNPG_CLUSTER.replace("/", "/*/")],
  needsWholeWorkspace: true,
  docs: {
    why: "With `dataDurability: preferred` the operator lowers the number of standbys that a commit waits for to the number that is there, down to none. While the standbys are drained or cut off, commits are confirmed that only the primary has, and its loss loses them: exactly the case for which a plan with an RPO of 0 was written.",
    how: "Use `dataDurability: required` and enough instances that writes go on when one is away, or promise what `preferred` can keep. Judged for clusters that a plan of the workspace names as one of its databases.",
    sources: [
      "https://cloudnative-pg.io/documentation/current/replication/#data-durability-and-synchronous-replication",
      "https://github.com/cloudnative-pg/cloudnative-pg/blob/main/pkg/postgres/replication/explicit.go",
    ],
  },
  check(cluster, context) {
    const { snapshot } = context;
    if (stringOf(cluster.get(PATH)) !== "preferred" || snapshot.layout.isPatched(cluster, PATH)) return;
    for (const { plan } of databaseUsesOf(snapshot, cluster)) {
      const disruption = zeroRpoOf(plan);
      if (disruption === undefined) continue;
      context.report(
        cluster.at(PATH),
        t(
          "Plan {plan} promises an RPO of 0 for {disruption}, but with dataDurability: preferred, {name} confirms commits that only the primary has whenever no standby is there. Use required.",
          { plan: plan.resource.name ?? "", disruption, name: cluster.name ?? "" },
        ),
        undefined,
        { related: [{ location: plan.resource.title, message: t("The plan that names this database.") }] },
      );
      return;
    }
  },
  fixes: [
    {
      id: "require-durability",
      title: () => t("Let commits wait until a standby has them"),
      preferred: false,
      needsConfirmation: true,
      edits: (_, cluster) => setPath(cluster, PATH, "required"),
    },
  ],
});
