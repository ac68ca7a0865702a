import { type Field, type MapNode, type Node, nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { duration, entries, type List, maps, number, type Texts, text, texts, word } from "./fields.ts";
import {
  type Backup,
  backupOf,
  type Database,
  databaseOf,
  type Replication,
  replicationOf,
} from "./plan-data.ts";
import {
  type Drills,
  drillsOf,
  type Failover,
  failoverOf,
  type Release,
  releaseOf,
  type Strategy,
  strategyOf,
} from "./plan-failover.ts";
import { type KubernetesPlatform, kubernetesOf, type VSphere, vSphereOf } from "./plan-platforms.ts";

/** The type of a plan, `group/Kind`. */
export const PLAN_TYPE = "nines/DisasterRecoveryPlan";

/** What a plan protects from, after AWS Resilience Hub; the most frequent first. */
export const DISRUPTIONS = ["Software", "Hardware", "Site", "Region"] as const;
export type Disruption = (typeof DISRUPTIONS)[number];

/** Part of a site in the plan. */
export const ROLES = ["Primary", "Secondary", "Witness", "DR"] as const;
export type Role = (typeof ROLES)[number];

/**
 * A DisasterRecoveryPlan as it is written: nothing is defaulted, looked up or judged. Each field tells absent from
 * unknown (a template decides it, or it is of another type than it should be); durations are seconds.
 */
export interface Plan {
  readonly resource: Resource;
  readonly spec: Node | undefined;
  readonly objectives: List<Objective>;
  readonly sites: List<Site>;
  readonly vsphere: List<VSphere>;
  readonly kubernetes: List<KubernetesPlatform>;
  readonly replication: List<Replication>;
  readonly databases: List<Database>;
  readonly backups: List<Backup>;
  /** References as written, `group/Kind/namespace/name`. */
  readonly workloads: Texts;
  readonly strategies: List<Strategy>;
  readonly failovers: List<Failover>;
  readonly release: Release | undefined;
  readonly drills: Drills | undefined;
}

export interface Objective {
  readonly node: MapNode;
  readonly disruption: Field<Disruption>;
  readonly rpo: Field<number>;
  readonly rto: Field<number>;
}

export interface Site {
  readonly node: MapNode;
  readonly name: Field<string>;
  readonly role: Field<Role>;
  readonly city: Field<string>;
  readonly trafficPercent: Field<number>;
  readonly capacityPercent: Field<number>;
}

/** Reads a plan; undefined when the resource is none. */
export function planOf(resource: Resource): Plan | undefined {
  return resource.type === PLAN_TYPE ? resource.derive(readPlan) : undefined;
}

function readPlan(resource: Resource): Plan {
  const spec = resource.get("spec");
  const platforms = nodeAt(spec, "platforms");
  return {
    resource,
    spec,
    objectives: maps(spec, "objectives", objectiveOf),
    sites: maps(spec, "sites", siteOf),
    vsphere: maps(platforms, "vsphere", vSphereOf),
    kubernetes: maps(platforms, "kubernetes", kubernetesOf),
    replication: maps(spec, "replication", replicationOf),
    databases: maps(spec, "databases", databaseOf),
    backups: maps(spec, "backups", backupOf),
    workloads: texts(spec, "workloads"),
    strategies: maps(spec, "strategies", strategyOf),
    failovers: maps(spec, "failovers", (node) => failoverOf(node, disruptionsOf(node))),
    release: releaseOf(nodeAt(spec, "release")),
    drills: drillsOf(nodeAt(spec, "drills")),
  };
}

function objectiveOf(node: MapNode): Objective {
  return {
    node,
    disruption: word(node, "disruption", DISRUPTIONS),
    rpo: duration(node, "rpo"),
    rto: duration(node, "rto"),
  };
}

function siteOf(node: MapNode): Site {
  return {
    node,
    name: text(node, "name"),
    role: word(node, "role", ROLES),
    city: text(node, "city"),
    trafficPercent: number(node, "trafficPercent"),
    capacityPercent: number(node, "capacityPercent"),
  };
}

function disruptionsOf(node: MapNode): List<{ readonly value: Disruption; readonly node: Node }> {
  return entries(node, "serves", (item) => DISRUPTIONS.find((each) => each === stringOf(item)));
}
