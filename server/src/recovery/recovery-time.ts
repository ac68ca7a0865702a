import { type Message, t } from "../model/message.ts";
import { workloadOf } from "../workspace/workload.ts";
import { failoverParts } from "./cloud-native-pg.ts";
import { type Estimate, inSequence, isWorse, sideBySide, UNKNOWN } from "./estimate.ts";
import type { FailoverTime } from "./failover-time.ts";
import { known } from "./fields.ts";
import { hostLossParts } from "./machines.ts";
import { nodeLossParts } from "./nodes.ts";
import type { Disruption } from "./plan.ts";
import type { Database } from "./plan-data.ts";
import { resolveReference } from "./references.ts";
import { restartParts } from "./restarts.ts";
import { leaf, named, type Term } from "./term.ts";
import type { World } from "./world.ts";

/** How long it takes until service is back after a disruption. */
export interface RecoveryTime {
  readonly total: Estimate;
  /** What the worst case is made of, in order. */
  readonly path: readonly Term[];
  /** The failover that serves it; undefined where platforms recover by themselves, or nothing does. */
  readonly failover: FailoverTime | undefined;
  /** What has to recover by itself, each with its own path. */
  readonly parts: readonly SelfRecovery[];
  /** What the result rests on beyond its terms. */
  readonly notes: readonly Message[];
}

/** Something that recovers by itself: a workload, virtual machines, a database. */
export interface SelfRecovery {
  readonly name: string;
  readonly path: readonly Term[];
  readonly total: Estimate;
}

/**
 * The time a disruption costs: of the failovers that serve it the slowest one; without one, software and hardware
 * recover by what probes, spread, eviction, vSphere HA and the database's operator do. Undefined when nothing in the
 * plan serves it.
 */
export function recoveryTimeOf(
  world: World,
  disruption: Disruption,
  failovers: readonly FailoverTime[],
): RecoveryTime | undefined {
  const serving = failovers.filter(({ model }) =>
    model.failover.serves.items.some(({ value }) => value === disruption),
  );
  const [first] = serving;
  if (first !== undefined) {
    const slowest = serving.reduce((most, each) => (isWorse(each.total, most.total) ? each : most), first);
    return { total: slowest.total, path: slowest.path, failover: slowest, parts: [], notes: [] };
  }
  if (disruption === "Site" || disruption === "Region") return undefined;
  const parts = selfRecoveries(world, disruption);
  const [one] = parts;
  if (one === undefined) return undefined;
  const slowest = parts.reduce((most, each) => (isWorse(each.total, most.total) ? each : most), one);
  return {
    total: sideBySide(parts.map(({ total }) => total)),
    path: slowest.path,
    failover: undefined,
    parts,
    notes: disruption === "Software" ? [DATA_IS_INTACT] : [],
  };
}

const DATA_IS_INTACT = t(
  "A process is taken to fail, its data to be intact: what a restore takes counts only in a failover that serves Software.",
);

function selfRecoveries(world: World, disruption: "Software" | "Hardware"): readonly SelfRecovery[] {
  const workloads = world.plan.workloads.items.map(({ value, node }) =>
    recovery(value, workloadPath(world, value, disruption) ?? [unreadable(world, value, node)]),
  );
  if (disruption === "Software") return workloads;
  const machines = world.plan.vsphere.items.map((platform) =>
    recovery(known(platform.name) ?? "vSphere", hostLossParts(world, platform)),
  );
  const databases = world.plan.databases.items.flatMap((database) => {
    const path = failoverParts(world, database) ?? unknownFailover(world, database);
    return path === undefined ? [] : [recovery(known(database.name) ?? "?", path)];
  });
  return [...workloads, ...machines, ...databases];
}

/** What nobody can compute; undefined for a database on one of the virtual machines that are counted already. */
function unknownFailover({ plan }: World, { node, primary, name }: Database): readonly Term[] | undefined {
  const isCounted = known(primary?.platform ?? { state: "absent" }) === "vm" && plan.vsphere.items.length > 0;
  if (isCounted) return undefined;
  return [
    leaf("promotion", t("database"), UNKNOWN, {
      kind: "unknown",
      reason: t(
        "How long the database “{name}” takes after the loss of its host is not known: its primary is neither a CloudNativePG Cluster in this workspace nor a machine of `platforms.vsphere`. Name it there, or state a failover that serves Hardware.",
        { name: known(name) ?? "?" },
      ),
      at: plan.resource.locate(primary?.node ?? node),
    }),
  ];
}

function recovery(name: string, path: readonly Term[]): SelfRecovery {
  return { name, path, total: inSequence(path.map(({ estimate }) => estimate)) };
}

function workloadPath(
  world: World,
  reference: string,
  disruption: "Software" | "Hardware",
): readonly Term[] | undefined {
  const resolution = resolveReference(world.snapshot, world.plan.resource, reference);
  if (resolution.state !== "found") return undefined;
  if (world.snapshot.layout.completenessOf(resolution.resource) !== "complete") return undefined;
  const workload = workloadOf(resolution.resource);
  if (workload === undefined) return undefined;
  return disruption === "Software" ? restartParts(world.snapshot, workload) : nodeLossParts(world, workload);
}

function unreadable(
  { plan: { resource } }: World,
  reference: string,
  node: Parameters<typeof resource.locate>[0],
): Term {
  return leaf("probe", named(reference), UNKNOWN, {
    kind: "unknown",
    reason: t("“{name}” is no workload that can be read in this workspace.", { name: reference }),
    at: resource.locate(node),
  });
}
