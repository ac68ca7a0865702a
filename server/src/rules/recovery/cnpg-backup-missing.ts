import { t } from "../../model/message.ts";
import { booleanOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import {
  archivesWal,
  CNPG_CLUSTER,
  isHibernated,
  isReplicaCluster,
  schedulesOf,
} from "../../recovery/cnpg.ts";
import { hasProtectors, protectionOf } from "../../recovery/protection.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";
import { isDumped } from "./backup-job.ts";

export default defineRule({
  id: "cnpg-backup-missing",
  title: "Nothing backs up the PostgreSQL cluster",
  severity: "warning",
  appliesTo: [CNPG_CLUSTER.replace("/", "/*/")],
  needsWholeWorkspace: true,
  inCluster: ["postgresql.cnpg.io/ScheduledBackup"],
  docs: {
    why: "Standbys repeat every mistake within milliseconds: a dropped table or a bad migration is on all of them. Only a base backup together with the WAL after it brings back the state before. Archived WAL without a base backup restores nothing, and a base backup without WAL only the moment it was made.",
    how: "Add a ScheduledBackup for the cluster and an archive for its WAL (the Barman Cloud plugin, or `backup.barmanObjectStore`). A schedule of Velero or K10 that takes the volumes of the namespace counts, as does a CronJob there that dumps a database; a suspended ScheduledBackup does not. Replica clusters are not judged: their source is backed up.",
    sources: [
      "https://cloudnative-pg.io/documentation/current/backup/",
      "https://cloudnative-pg.io/documentation/current/wal_archiving/",
    ],
  },
  check(cluster, context) {
    const { snapshot } = context;
    if (isReplicaCluster(cluster) !== false || isHibernated(cluster) || isOpen(snapshot, cluster)) return;
    const schedules = schedulesOf(snapshot, cluster);
    const running = schedules.resources.filter((each) => booleanOf(each.get("spec.suspend")) !== true);
    if (schedules.uncertain || running.length > 0) return;
    if (isBackedUpOtherwise(snapshot, cluster)) return;
    const name = cluster.name ?? "";
    const suspended = schedules.resources.length;
    context.report(
      cluster.title,
      suspended > 0
        ? t(
            "Every ScheduledBackup of {name} is suspended ({count}), so no base backup is made: a dropped table is on all instances at once, and there is nothing to go back to. Resume one.",
            { name, count: suspended },
          )
        : archivesWal(cluster)
          ? t(
              "The WAL of {name} is archived, but no ScheduledBackup makes the base backup that it continues: without one nothing can be restored. Add a ScheduledBackup.",
              { name },
            )
          : t(
              "No backup of {name} is scheduled: a dropped table is on all instances at once, and there is nothing to go back to. Add a ScheduledBackup and an archive for the WAL.",
              { name },
            ),
      undefined,
    );
  },
});

/** Whether something else takes its volumes or dumps it, or may. */
function isBackedUpOtherwise(snapshot: Snapshot, cluster: Resource): boolean {
  if (isDumped(snapshot, cluster)) return true;
  const subject = { resource: cluster, claims: [`${cluster.name}-`], labels: [undefined] };
  return hasProtectors(snapshot) && protectionOf(snapshot, subject) !== "uncovered";
}

/** More is deployed beside it, or under another name, than the workspace shows. */
function isOpen({ layout }: Snapshot, cluster: Resource): boolean {
  const { uri } = cluster.document;
  return (
    layout.isOpen(uri) ||
    layout.isRenamed(uri) ||
    layout.patchesFor(cluster).length > 0 ||
    cluster.name === undefined
  );
}
