import type { Field, MapNode } from "../model/node.ts";
import { duration, flag, type List, map, maps, number, type Texts, text, texts, word } from "./fields.ts";

/** A copy of storage at another site (`replication[]`). */
export interface Replication {
  readonly node: MapNode;
  readonly name: Field<string>;
  readonly from: Field<string>;
  readonly to: Field<string>;
  readonly mode: Field<"Synchronous" | "Asynchronous">;
  readonly provider: Field<string>;
  readonly rttMs: Field<number>;
  readonly arbiterSite: Field<string>;
  readonly schedulingInterval: Field<number>;
  readonly syncDuration: Field<number>;
}

/** A database with its copies that follow it (`databases[]`). */
export interface Database {
  readonly node: MapNode;
  readonly name: Field<string>;
  readonly primary: DatabaseInstance | undefined;
  readonly replicas: List<DatabaseReplica>;
  readonly promote: Promotion | undefined;
}

export interface DatabaseInstance {
  readonly node: MapNode;
  readonly platform: Field<string>;
  /** A virtual machine's name, or a reference to a manifest. */
  readonly ref: Field<string>;
  /** Where it runs; the plan need not say so. */
  readonly site: Field<string>;
}

export interface DatabaseReplica extends DatabaseInstance {
  readonly replication: Field<"Synchronous" | "Asynchronous">;
  /** `required`: a commit waits until the replica has it; `preferred`: only while there is one (CloudNativePG's words). */
  readonly dataDurability: Field<"required" | "preferred">;
  /** How far an asynchronous replica may be behind. */
  readonly lag: Field<number>;
}

export interface Promotion {
  readonly node: MapNode;
  readonly mode: Field<"Manual" | "Automatic">;
  readonly fencing: Field<string>;
  readonly estimatedDuration: Field<number>;
  readonly measuredDuration: Field<number>;
}

/** What a backup is of. */
export const BACKUP_KINDS = ["VM", "Container", "Database"] as const;
export type BackupKind = (typeof BACKUP_KINDS)[number];

/** A backup (`backups[]`). Schedules are cron texts in the tool's dialect, see schedule.ts. */
export interface Backup {
  readonly node: MapNode;
  readonly name: Field<string>;
  readonly kind: Field<BackupKind>;
  readonly tool: Field<string>;
  /** The database it is of; without it, any. */
  readonly database: Field<string>;
  readonly full: Field<string>;
  readonly incremental: Field<string>;
  /** A manifest that holds the schedule: `velero/Schedule/app`. */
  readonly scheduleRef: Field<string>;
  readonly includes: Texts;
  /** How long a run takes. */
  readonly duration: Field<number>;
  /** How long it takes from the end of a run until the copy is at the repository's site. */
  readonly copyDuration: Field<number>;
  readonly retention: Field<number>;
  readonly ttl: Field<number>;
  readonly repositorySite: Field<string>;
  readonly immutable: Field<boolean>;
  readonly sizeGiB: Field<number>;
  readonly restoreMiBps: Field<number>;
  /** Increments or logs that are applied after the full restore. */
  readonly replayDuration: Field<number>;
}

const MODES = ["Synchronous", "Asynchronous"] as const;

export function replicationOf(node: MapNode): Replication {
  return {
    node,
    name: text(node, "name"),
    from: text(node, "from"),
    to: text(node, "to"),
    mode: word(node, "mode", MODES),
    provider: text(node, "provider"),
    rttMs: number(node, "rttMs"),
    arbiterSite: text(node, "arbiterSite"),
    schedulingInterval: duration(node, "schedulingInterval"),
    syncDuration: duration(node, "syncDuration"),
  };
}

export function databaseOf(node: MapNode): Database {
  const primary = map(node, "primary");
  return {
    node,
    name: text(node, "name"),
    primary: primary === undefined ? undefined : instanceOf(primary),
    replicas: maps(node, "replicas", replicaOf),
    promote: promotionOf(map(node, "promote")),
  };
}

function instanceOf(node: MapNode): DatabaseInstance {
  return { node, platform: text(node, "platform"), ref: text(node, "ref"), site: text(node, "site") };
}

function replicaOf(node: MapNode): DatabaseReplica {
  return {
    ...instanceOf(node),
    replication: word(node, "replication", MODES),
    dataDurability: word(node, "dataDurability", ["required", "preferred"]),
    lag: duration(node, "lag"),
  };
}

function promotionOf(node: MapNode | undefined): Promotion | undefined {
  if (node === undefined) return undefined;
  return {
    node,
    mode: word(node, "mode", ["Manual", "Automatic"]),
    fencing: text(node, "fencing"),
    estimatedDuration: duration(node, "estimatedDuration"),
    measuredDuration: duration(node, "measuredDuration"),
  };
}

export function backupOf(node: MapNode): Backup {
  return {
    node,
    name: text(node, "name"),
    kind: word(node, "kind", BACKUP_KINDS),
    tool: text(node, "tool"),
    database: text(node, "database"),
    full: text(node, "full"),
    incremental: text(node, "incremental"),
    scheduleRef: text(node, "scheduleRef"),
    includes: texts(node, "includes"),
    duration: duration(node, "duration"),
    copyDuration: duration(node, "copyDuration"),
    retention: duration(node, "retention"),
    ttl: duration(node, "ttl"),
    repositorySite: text(node, "repositorySite"),
    immutable: flag(node, "immutable"),
    sizeGiB: number(node, "sizeGiB"),
    restoreMiBps: number(node, "restoreMiBps"),
    replayDuration: duration(node, "replayDuration"),
  };
}
