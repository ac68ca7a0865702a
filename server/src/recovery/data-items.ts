import { type Message, t } from "../model/message.ts";
import type { Node } from "../model/node.ts";
import { archiveTerm, backupTerm } from "./backup-copies.ts";
import { known } from "./fields.ts";
import type { Disruption, Plan } from "./plan.ts";
import type { Backup, BackupKind, Database, DatabaseReplica } from "./plan-data.ts";
import { replicaTerm, replicationTerm } from "./replica-copies.ts";
import { type Survival, survivalOf } from "./survival.ts";
import { named, type Term } from "./term.ts";
import type { World } from "./world.ts";

/** Something whose loss counts. */
export interface DataItem {
  readonly kind: BackupKind | "Storage";
  /** The database's name; empty for all machines, containers or storage. */
  readonly name: string;
  /** Lists of copies; items that have some in common share the list, since there may be thousands of both. */
  readonly copies: readonly CopyList[];
}

/** Copies in the order of the plan. */
export type CopyList = readonly Copy[];

/** A copy of a data item. */
export interface Copy {
  readonly name: string;
  readonly node: Node;
  /** How old it may be. */
  readonly term: Term;
  survives(disruption: Disruption): Fate;
}

/** What becomes of a copy. */
export interface Fate {
  readonly survival: Survival;
  /** What that rests on, where the plan leaves it open. */
  readonly note?: Message;
}

/** The data of a plan with all copies: databases, and what machines and containers keep on storage. */
export function dataItemsOf(world: World): readonly DataItem[] {
  const { plan } = world;
  const backups = backupCopies(world);
  const replications = replicationCopies(world);
  const databases = plan.databases.items.map((database): DataItem => {
    const name = known(database.name);
    const replicas = database.replicas.items.map((replica) => replicaCopy(world, database, replica));
    const ofAny = name === undefined ? backups.Database : backups.ofEveryDatabase;
    const own = name === undefined ? [] : (backups.byDatabase.get(name) ?? []);
    return { kind: "Database", name: name ?? "?", copies: [replicas, own, ofAny] };
  });
  const platforms = (["VM", "Container"] as const)
    .filter((kind) => holds(plan, kind))
    .map((kind): DataItem => ({ kind, name: "", copies: [replications, backups[kind]] }));
  // Backups of databases that the plan does not list are of some database all the same.
  const hasOthers = databases.length === 0 && backups.Database.length > 0;
  return [
    ...databases,
    ...(hasOthers ? [{ kind: "Database" as const, name: "", copies: [backups.Database] }] : []),
    ...platforms,
    ...(platforms.length === 0 && replications.length > 0
      ? [{ kind: "Storage" as const, name: "", copies: [replications] }]
      : []),
  ];
}

/** The backups of a plan by what they are of. */
type BackupCopies = Readonly<Record<BackupKind, CopyList>> & {
  /** A backup that names no database is of every one. */
  readonly ofEveryDatabase: CopyList;
  readonly byDatabase: ReadonlyMap<string, CopyList>;
};

function backupCopies(world: World): BackupCopies {
  const all = { VM: [] as Copy[], Container: [] as Copy[], Database: [] as Copy[] };
  const ofEveryDatabase: Copy[] = [];
  const byDatabase = new Map<string, Copy[]>();
  for (const backup of world.plan.backups.items) {
    const kind = known(backup.kind);
    if (kind === undefined) continue;
    for (const term of [backupTerm(world, backup), archiveTerm(world, backup)]) {
      if (term === undefined) continue;
      const copy = backupCopy(world.plan, backup, term);
      all[kind].push(copy);
      if (kind !== "Database") continue;
      const name = known(backup.database);
      if (backup.database.state === "absent") ofEveryDatabase.push(copy);
      else if (name !== undefined) listAt(byDatabase, name).push(copy);
    }
  }
  return { ...all, ofEveryDatabase, byDatabase };
}

function listAt(lists: Map<string, Copy[]>, name: string): Copy[] {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}

function holds(plan: Plan, kind: "VM" | "Container"): boolean {
  const platforms = kind === "VM" ? plan.vsphere.items : plan.kubernetes.items;
  return platforms.length > 0 || plan.backups.items.some((backup) => known(backup.kind) === kind);
}

function backupCopy(plan: Plan, backup: Backup, term: Term): Copy {
  const site = known(backup.repositorySite);
  return {
    name: known(backup.name) ?? "?",
    node: backup.node,
    term,
    survives: (disruption) => ({ survival: survivalOf(plan, disruption, "backup", site) }),
  };
}

/** Copies of storage hold the disks of machines and the volumes of containers. */
function replicationCopies(world: World): readonly Copy[] {
  return world.plan.replication.items.map((replication) => {
    const [from, to] = [known(replication.from), known(replication.to)];
    return {
      name: known(replication.name) ?? "?",
      node: replication.node,
      term: replicationTerm(world, replication),
      survives: (disruption) => {
        if (disruption !== "Site") return { survival: survivalOf(world.plan, disruption, "replica", to) };
        const isKnown = from !== undefined && to !== undefined;
        return { survival: isKnown ? (from === to ? "no" : "yes") : "unknown" };
      },
    };
  });
}

function replicaCopy(world: World, database: Database, replica: DatabaseReplica): Copy {
  const name = known(replica.ref) ?? "?";
  const site = known(replica.site);
  const own = known(database.primary?.site ?? { state: "absent" });
  return {
    name,
    node: replica.node,
    term: replicaTerm(world, database, replica),
    survives(disruption) {
      if (site === undefined && (disruption === "Site" || disruption === "Region"))
        return fateWithoutSite(replica, name, disruption);
      // A replica beside its primary is lost with it, whichever site the plan calls the primary one.
      if (disruption === "Site" && own !== undefined) return { survival: site === own ? "no" : "yes" };
      return { survival: survivalOf(world.plan, disruption, "replica", site) };
    },
  };
}

/** A replica is made to survive its primary's site; a synchronous one cannot be far away. */
function fateWithoutSite(replica: DatabaseReplica, name: string, disruption: "Site" | "Region"): Fate {
  if (disruption === "Site")
    return {
      survival: "yes",
      note: t(
        "The replica “{name}” is taken to run at another site than the primary; state the `site` of both.",
        { name },
      ),
    };
  if (known(replica.replication) !== "Synchronous") return { survival: "unknown" };
  return {
    survival: "no",
    note: t(
      "The synchronous replica “{name}” is taken to run in the city of the primary; state the `site` of both.",
      { name },
    ),
  };
}

/** A data item as people name it. */
export function itemName({ kind, name }: DataItem): Message {
  switch (kind) {
    case "Database":
      return name === "" ? t("databases") : named(name);
    case "VM":
      return t("virtual machines");
    case "Container":
      return t("container data");
    case "Storage":
      return t("storage");
  }
}
