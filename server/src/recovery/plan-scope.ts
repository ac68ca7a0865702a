import type { Resource } from "../model/resource.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { known } from "./fields.ts";
import { PLAN_TYPE, type Plan, planOf } from "./plan.ts";
import type { Backup, Database, DatabaseInstance } from "./plan-data.ts";
import { referred } from "./references.ts";

/** The plans of the workspace. */
export function plansOf(snapshot: Snapshot): readonly Plan[] {
  return snapshot.find("type", PLAN_TYPE).flatMap((resource) => planOf(resource) ?? []);
}

/** A place of a plan where a database's manifest is named. */
export interface DatabaseUse {
  readonly plan: Plan;
  readonly database: Database;
  readonly instance: DatabaseInstance;
}

/** Where plans say that a manifest is (a copy of) one of their databases. */
export function databaseUsesOf(snapshot: Snapshot, resource: Resource): readonly DatabaseUse[] {
  return plansOf(snapshot).flatMap((plan) =>
    plan.databases.items.flatMap((database) =>
      [database.primary, ...database.replicas.items].flatMap((instance) =>
        instance !== undefined && referred(snapshot, plan, instance.ref) === resource
          ? [{ plan, database, instance }]
          : [],
      ),
    ),
  );
}

/** A backup of a plan whose schedule a manifest holds. */
export interface BackupUse {
  readonly plan: Plan;
  readonly backup: Backup;
}

/** The backups of plans that name a manifest as their schedule. */
export function backupUsesOf(snapshot: Snapshot, resource: Resource): readonly BackupUse[] {
  return plansOf(snapshot).flatMap((plan) =>
    plan.backups.items.flatMap((backup) =>
      referred(snapshot, plan, backup.scheduleRef) === resource ? [{ plan, backup }] : [],
    ),
  );
}

/** The disruption for which a plan promises that nothing is lost, where copies of a database can keep that promise. */
export function zeroRpoOf(plan: Plan): "Hardware" | "Site" | undefined {
  return (["Hardware", "Site"] as const).find((wanted) =>
    plan.objectives.items.some(({ disruption, rpo }) => known(disruption) === wanted && known(rpo) === 0),
  );
}

/** The shortest time to recover that a plan promises after losing a machine; undefined when it promises none. */
export function hardwareRtoOf(plan: Plan): number | undefined {
  return plan.objectives.items
    .filter(({ disruption }) => known(disruption) === "Hardware")
    .map(({ rto }) => known(rto))
    .find((rto) => rto !== undefined);
}
