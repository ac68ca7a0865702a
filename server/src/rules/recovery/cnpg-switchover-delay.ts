import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { field, integerOf, valueOr } from "../../model/node.ts";
import { CNPG_CLUSTER, instancesOf } from "../../recovery/cnpg.ts";
import { formatDuration } from "../../recovery/durations.ts";
import { databaseUsesOf, hardwareRtoOf } from "../../recovery/plan-scope.ts";
import { defineRule } from "../rule.ts";

const PATH = "spec.switchoverDelay";
/** Seconds that the operator grants when nothing is said. */
const DEFAULT = 3600;

export default defineRule<number, { maximumSeconds: number }>({
  id: "cnpg-switchover-delay",
  title: "PostgreSQL may take too long to give up its primary",
  severity: "warning",
  // How long is too long is what the organisation has promised.
  profile: "strict",
  appliesTo: [CNPG_CLUSTER.replace("/", "/*/")],
  needsWholeWorkspace: true,
  docs: {
    why: "During a switchover (an upgrade, a drain, a failover from a primary that still answers) the operator waits up to `switchoverDelay` for the old primary to archive its WAL and shut down, by default 3600 s, and promotes nobody before. With a slow archive the database takes no writes for up to an hour, whatever the recovery time that was promised.",
    how: "Set `switchoverDelay` below the recovery time objective. It is a choice: a shorter one ends the old primary by force, and with asynchronous replication what it had not sent is lost. Compared with the Hardware objective of a plan that names the cluster, else with the option.",
    sources: [
      "https://cloudnative-pg.io/documentation/current/instance_manager/#shutdown-of-the-primary-during-a-switchover",
      "https://github.com/cloudnative-pg/cloudnative-pg/blob/main/api/v1/cluster_types.go",
    ],
  },
  options: {
    maximumSeconds: {
      default: 300,
      minimum: 1,
      description: "The longest switchover in seconds where no plan says what was promised.",
    },
  },
  check(cluster, context) {
    const { snapshot } = context;
    const instances = instancesOf(snapshot, cluster);
    if (instances === undefined || instances < 2 || snapshot.layout.isPatched(cluster, PATH)) return;
    const delay = valueOr(field(cluster.get(PATH), integerOf), DEFAULT);
    const promised = databaseUsesOf(snapshot, cluster).flatMap(({ plan }) => hardwareRtoOf(plan) ?? []);
    const limit = promised.length > 0 ? Math.min(...promised) : context.options.maximumSeconds;
    if (delay === undefined || delay <= limit) return;
    const values = { name: cluster.name ?? "", delay: formatDuration(delay), limit: formatDuration(limit) };
    context.report(
      cluster.at(PATH),
      promised.length > 0
        ? t(
            "A switchover of {name} may wait {delay} for the old primary before anybody else takes writes, but the plan promises recovery within {limit}. Set switchoverDelay below that.",
            values,
          )
        : t(
            "A switchover of {name} may wait {delay} for the old primary before anybody else takes writes, longer than {limit}. Set switchoverDelay to what you can do without writes.",
            values,
          ),
      limit,
      // Where nobody has promised anything, it is an improvement.
      promised.length > 0 ? {} : { severity: "info" },
    );
  },
  fixes: [
    {
      id: "limit-switchover",
      title: (limit) => t("Wait {seconds} s at most", { seconds: limit }),
      preferred: false,
      needsConfirmation: true,
      edits: (limit, cluster) => setPath(cluster, PATH, limit, { after: ["instances"] }),
    },
  ],
});
