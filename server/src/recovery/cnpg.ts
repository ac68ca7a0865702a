import {
  booleanOf,
  field,
  integerOf,
  itemsOf,
  type Node,
  nodeAt,
  present,
  stringOf,
  valueOr,
} from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { mayShareNamespace, togetherElseAll } from "../workspace/scope.ts";
import type { Snapshot } from "../workspace/snapshot.ts";

/** The type of a PostgreSQL cluster of CloudNativePG. */
export const CNPG_CLUSTER = "postgresql.cnpg.io/Cluster";
/** The type of its backups on a schedule. */
export const CNPG_SCHEDULE = "postgresql.cnpg.io/ScheduledBackup";
/** The type of a bucket of the Barman Cloud plugin. */
export const BARMAN_STORE = "barmancloud.cnpg.io/ObjectStore";

/** How many instances a cluster has, the primary included (default 1); undefined when a template or an overlay decides. */
export function instancesOf(snapshot: Snapshot, cluster: Resource): number | undefined {
  if (snapshot.layout.isPatched(cluster, "spec.instances")) return undefined;
  return valueOr(field(cluster.get("spec.instances"), integerOf), 1);
}

/**
 * Whether it follows another cluster: `replica.enabled`, or, in a distributed topology, a primary of another name
 * (cloudnative-pg `api/v1/cluster_funcs.go`, IsReplica). Undefined when a template decides.
 */
export function isReplicaCluster(cluster: Resource): boolean | undefined {
  const replica = cluster.get("spec.replica");
  if (replica === undefined) return false;
  const enabled = field(nodeAt(replica, "enabled"), booleanOf);
  if (enabled.state !== "absent") return enabled.state === "known" ? enabled.value : undefined;
  const primary = field(nodeAt(replica, "primary"), stringOf);
  if (primary.state === "absent") return false;
  const self = valueOr(field(nodeAt(replica, "self"), stringOf), cluster.name ?? "");
  return primary.state === "known" && self !== undefined ? primary.value !== self : undefined;
}

/** Whether an annotation has stopped the cluster for good: no pods run and nothing is backed up. */
export function isHibernated(cluster: Resource): boolean {
  return cluster.annotation("cnpg.io/hibernation") === "on";
}

/** The plugin that archives the cluster's WAL, if one is named so. */
export function walArchiver(cluster: Resource): Node | undefined {
  return itemsOf(cluster.get("spec.plugins")).find(
    (plugin) =>
      booleanOf(nodeAt(plugin, "isWALArchiver")) === true && booleanOf(nodeAt(plugin, "enabled")) !== false,
  );
}

/** The name of the ObjectStore that the cluster's WAL goes to; undefined when there is none or it is unknown. */
export function objectStoreOf(cluster: Resource): string | undefined {
  return stringOf(nodeAt(walArchiver(cluster), "parameters.barmanObjectName"));
}

/** Whether its WAL is archived: by the operator itself or by a plugin. */
export function archivesWal(cluster: Resource): boolean {
  return (
    cluster.get("spec.backup.barmanObjectStore") !== undefined || present(walArchiver(cluster)) !== undefined
  );
}

/** The backups on a schedule that are about one cluster. `uncertain`: a template decides what some of them are about. */
export interface Schedules {
  readonly resources: readonly Resource[];
  readonly uncertain: boolean;
}

/** The ScheduledBackups of a cluster, suspended ones included. */
export function schedulesOf(snapshot: Snapshot, cluster: Resource): Schedules {
  const near = snapshot
    .find("type", CNPG_SCHEDULE)
    .filter((schedule) => mayShareNamespace(snapshot, cluster, schedule));
  const named = near.filter((schedule) => stringOf(schedule.get("spec.cluster.name")) === cluster.name);
  return {
    resources: togetherElseAll(snapshot, cluster, named, (schedule) => schedule),
    uncertain: near.some((schedule) => stringOf(schedule.get("spec.cluster.name")) === undefined),
  };
}
