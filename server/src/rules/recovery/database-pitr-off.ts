import { t } from "../../model/message.ts";
import { booleanOf, field, itemsOf, nodeAt, stringOf, valueOr } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { formatDuration } from "../../recovery/durations.ts";
import { worstInterval } from "../../recovery/intervals.ts";
import { readSchedule } from "../../recovery/schedule.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";

const ZALANDO = "acid.zalan.do/postgresql";
const OPERATOR = "acid.zalan.do/OperatorConfiguration";

/** Where each operator of Percona keeps its schedules; logs are archived where `backup.pitr.enabled` says so. */
const SCHEDULES: Readonly<Record<string, string>> = {
  "pxc.percona.com/PerconaXtraDBCluster": "spec.backup.schedule",
  "psmdb.percona.com/PerconaServerMongoDB": "spec.backup.tasks",
};

export default defineRule({
  id: "database-pitr-off",
  title: "A database is backed up, but its log is not",
  severity: "warning",
  appliesTo: [...Object.keys(SCHEDULES), ZALANDO].map((type) => type.replace("/", "/*/")),
  needsWholeWorkspace: true,
  docs: {
    why: "A backup restores the moment it was made. Without the log that follows (binary log, oplog, WAL) everything since the last one is lost, a day for a nightly backup, and a mistake cannot be undone to the second before it was made.",
    how: "Percona XtraDB Cluster and Percona Server for MongoDB: `backup.pitr.enabled: true` with a storage. Zalando: let the operator archive the WAL (`aws_or_gcp.wal_s3_bucket`, `wal_gs_bucket`, `wal_az_storage_account` or an environment of the pods); a logical backup is a pg_dump. Clusters of Zalando's operator are judged where its OperatorConfiguration is in the workspace.",
    sources: [
      "https://docs.percona.com/percona-operator-for-mysql/pxc/backups-pitr.html",
      "https://docs.percona.com/percona-operator-for-mongodb/backups-pitr.html",
      "https://github.com/zalando/postgres-operator/blob/master/docs/administrator.md#wal-archiving-and-physical-basebackups",
    ],
  },
  check(cluster, context) {
    if (cluster.type === ZALANDO) {
      if (!isOnlyDumped(cluster, context.snapshot)) return;
      context.report(
        cluster.at("spec.enableLogicalBackup"),
        t(
          "{name} is backed up by pg_dump alone, and its WAL is archived nowhere: everything since the last dump is lost, and no moment in between can be restored. Archive the WAL.",
          { name: cluster.name ?? "" },
        ),
        undefined,
      );
      return;
    }
    if (context.snapshot.layout.isPatched(cluster, "spec.backup")) return;
    const path = SCHEDULES[cluster.type] ?? "";
    const enabled = valueOr(field(cluster.get("spec.backup.pitr.enabled"), booleanOf), false);
    if (enabled !== false || booleanOf(cluster.get("spec.backup.enabled")) === false) return;
    const interval = intervalOf(cluster, path);
    if (interval === undefined) return;
    context.report(
      cluster.at("spec.backup.pitr.enabled"),
      t(
        "{name} is backed up every {interval}, and the log in between is not: up to that much is lost, and no moment in between can be restored. Set backup.pitr.enabled: true.",
        { name: cluster.name ?? "", interval: formatDuration(interval) },
      ),
      undefined,
    );
  },
});

/** The longest time between two backups; undefined when none is scheduled or a schedule cannot be read. */
function intervalOf(cluster: Resource, path: string): number | undefined {
  const readings = itemsOf(cluster.get(path))
    .filter((item) => booleanOf(nodeAt(item, "enabled")) !== false)
    .map((item) => readSchedule(stringOf(nodeAt(item, "schedule")) ?? "", "minutes"));
  const schedules = readings.flatMap((reading) => ("schedule" in reading ? [reading.schedule] : []));
  const interval = schedules.length === readings.length ? worstInterval(schedules) : undefined;
  return interval === Number.POSITIVE_INFINITY ? undefined : interval;
}

const WAL_VARIABLES = /^(?:WAL(?:E|G)?_|USE_WALG_|AZURE_STORAGE|AWS_S3|WALE_|WALG_)/;

function isOnlyDumped(cluster: Resource, snapshot: Snapshot): boolean {
  if (booleanOf(cluster.get("spec.enableLogicalBackup")) !== true) return false;
  if (snapshot.layout.patchesFor(cluster).length > 0) return false;
  const configurations = snapshot.find("type", OPERATOR);
  const variables = itemsOf(cluster.get("spec.env")).map((each) => stringOf(nodeAt(each, "name")) ?? "WAL_");
  // Nobody knows what an operator that is not here archives.
  return (
    configurations.length > 0 &&
    !configurations.some(mayArchive) &&
    !variables.some((name) => WAL_VARIABLES.test(name))
  );
}

/** Whether the operator archives the WAL of its clusters, or gives their pods an environment that may say so. */
function mayArchive(operator: Resource): boolean {
  const aws = "configuration.aws_or_gcp";
  const kubernetes = "configuration.kubernetes";
  const paths = [
    ...["wal_s3_bucket", "wal_gs_bucket", "wal_az_storage_account"].map((key) => `${aws}.${key}`),
    ...["pod_environment_configmap", "pod_environment_secret"].map((key) => `${kubernetes}.${key}`),
  ];
  return paths.some((path) => operator.get(path) !== undefined && stringOf(operator.get(path)) !== "");
}
