import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { BARMAN_STORE, CNPG_CLUSTER, objectStoreOf } from "../../recovery/cnpg.ts";
import { mayShareNamespace } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";

export default defineRule<string>({
  id: "cnpg-retention-missing",
  title: "Backups of a PostgreSQL cluster are never removed",
  severity: "warning",
  appliesTo: [CNPG_CLUSTER.replace("/", "/*/"), BARMAN_STORE.replace("/", "/*/")],
  needsWholeWorkspace: true,
  docs: {
    why: "Without a retention policy base backups and WAL pile up in the bucket. When its quota is reached, archiving fails, PostgreSQL keeps the WAL that it could not archive, and the volume of the database fills up: the backup brings the database down. A restore also has to find its way through years of WAL.",
    how: "Set `retentionPolicy` to the window in which you want to be able to restore, such as `30d`: `spec.backup.retentionPolicy` of the Cluster, or `spec.retentionPolicy` of the plugin's ObjectStore. An ObjectStore that no Cluster of the workspace archives to is not judged: what others wrote must not be removed.",
    sources: [
      "https://cloudnative-pg.io/documentation/current/appendixes/backup_barmanobjectstore/#retention-policies",
      "https://cloudnative-pg.io/plugin-barman-cloud/docs/retention/",
    ],
  },
  check(resource, context) {
    const { snapshot } = context;
    const owner = resource.type === CNPG_CLUSTER ? clusterBackup(resource) : store(snapshot, resource);
    if (owner === undefined) return;
    const path = `${owner}.retentionPolicy`;
    if (resource.get(path) !== undefined || snapshot.layout.isPatched(resource, path)) return;
    context.report(
      resource.at(owner),
      t(
        "Nothing removes old backups and WAL of {name}: they grow until the bucket is full, then archiving fails and the WAL fills the volume of the database. Set retentionPolicy, such as 30d.",
        { name: resource.name ?? "" },
      ),
      path,
    );
  },
  fixes: [
    {
      id: "retention-30d",
      title: () => t("Keep backups for 30 days"),
      preferred: false,
      needsConfirmation: true,
      edits: (path, resource) =>
        setPath(resource, path, "30d", { before: ["configuration", "barmanObjectStore"] }),
    },
  ],
});

function clusterBackup(cluster: Resource): string | undefined {
  return cluster.get("spec.backup.barmanObjectStore") === undefined ? undefined : "spec.backup";
}

function store(snapshot: Snapshot, resource: Resource): string | undefined {
  const isUsed = snapshot
    .find("type", CNPG_CLUSTER)
    .some(
      (cluster) => objectStoreOf(cluster) === resource.name && mayShareNamespace(snapshot, resource, cluster),
    );
  return isUsed && resource.get("spec")?.kind === "map" ? "spec" : undefined;
}
