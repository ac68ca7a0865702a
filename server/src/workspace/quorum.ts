import { type Field, field, integerOf, type Path, type Step, steps } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { type MemberSource, memberSources } from "./quorum-members.ts";
import { systemOfImages, votingWorkloads } from "./quorum-workloads.ts";
import { effectiveReplicas } from "./replicas.ts";
import { mayShareNamespace, togetherElseAll } from "./scope.ts";
import type { Snapshot } from "./snapshot.ts";
import { type Workload, workloadOf } from "./workload.ts";

/** Anything whose members decide by majority: etcd, ZooKeeper, KRaft controllers, mons… */
export interface QuorumGroup {
  readonly resource: Resource;
  /** Name of the system as people say it: `etcd`, `ZooKeeper`. */
  readonly system: string;
  /** How many voters the manifest states; `votersOf` says what counts in the end. */
  readonly voters: Field<number>;
  /** What counts where the manifest states none; undefined when the operator decides. */
  readonly fallback: number | undefined;
  /** Where the number stands, or would stand. */
  readonly path: Path;
  /** An operator changes the membership when the number changes; otherwise lists of members must follow by hand. */
  readonly managed: boolean;
  /** The workload whose pods are the voters, when it is not an operator that makes them. */
  readonly workload: Workload | undefined;
  /** Resources of one type that state the same cluster share its voters: `group/Kind/name` of what declares it. */
  readonly cluster: string | undefined;
}

/** Types (`group/Kind`) that may hold voters. */
export const quorumTypes: readonly string[] = [
  ...new Set([...memberSources.flatMap((source) => source.types), ...votingWorkloads]),
];

/** The group of voters a resource stands for; undefined for anything else. */
export function quorumGroupOf(resource: Resource): QuorumGroup | undefined {
  return resource.derive(read);
}

function read(resource: Resource): QuorumGroup | undefined {
  const workload = workloadOf(resource);
  if (workload !== undefined) return fromWorkload(workload);
  for (const source of memberSources) {
    if (source.types.includes(resource.type) && (source.votes?.(resource) ?? true))
      return fromSource(resource, source);
  }
  return undefined;
}

function fromWorkload(workload: Workload): QuorumGroup | undefined {
  const system = systemOfImages(workload);
  if (system === undefined) return undefined;
  const { resource, declaredReplicas: voters } = workload;
  return {
    ...{ resource, system, voters, workload },
    ...{ fallback: 1, path: "spec.replicas", managed: false, cluster: undefined },
  };
}

function fromSource(resource: Resource, source: MemberSource): QuorumGroup | undefined {
  const shared = { resource, system: source.system, workload: undefined, managed: source.fixed !== true };
  const cluster = source.cluster?.(resource);
  if (source.count !== undefined) {
    const counted = source.count(resource);
    return counted === undefined ? undefined : { ...shared, ...counted, fallback: source.fallback, cluster };
  }
  const { path } = source;
  return {
    ...{ ...shared, path, cluster, fallback: source.fallback },
    voters: field(resource.get(path), integerOf),
  };
}

/**
 * How many vote in the end: for workloads their replicas, for several pools of one cluster their sum.
 * Undefined when a template, an overlay or an autoscaler leaves it open.
 */
export function votersOf(snapshot: Snapshot, group: QuorumGroup): number | undefined {
  if (group.workload !== undefined) {
    const replicas = effectiveReplicas(snapshot, group.workload);
    return replicas?.decidedBy.length === 0 ? replicas.lowest : undefined;
  }
  let sum = 0;
  for (const member of [group, ...siblingsOf(snapshot, group)]) {
    const { voters, fallback } = member;
    if (snapshot.layout.isPatched(member.resource, listOf(member.path)) || voters.state === "unknown")
      return undefined;
    const count = voters.state === "known" ? voters.value : fallback;
    if (count === undefined) return undefined;
    sum += count;
  }
  return sum;
}

/** The other resources that hold voters of the same cluster, such as further node pools. */
export function siblingsOf(snapshot: Snapshot, group: QuorumGroup): readonly QuorumGroup[] {
  const { cluster, resource } = group;
  if (cluster === undefined) return [];
  const others = snapshot
    .find("type", resource.type)
    .filter((other) => isBeside(snapshot, resource, other))
    .flatMap((other) => quorumGroupOf(other) ?? [])
    .filter((other) => other.cluster === cluster);
  const together = togetherElseAll(snapshot, resource, others, (other) => other.resource);
  const alternatives = hasNamesakes(together) || isDeclaredTwice(snapshot, cluster, resource);
  return together.filter(
    (other) =>
      other.resource !== resource &&
      (!alternatives || other.resource.document.file === resource.document.file),
  );
}

/** Whether some of them cannot be there at the same time: each file is a whole cluster, and one of them is chosen. */
function hasNamesakes(groups: readonly QuorumGroup[]): boolean {
  return new Set(groups.map(({ resource }) => resource.name)).size < groups.length;
}

function isDeclaredTwice(snapshot: Snapshot, cluster: string, from: Resource): boolean {
  const declared = snapshot.find("name", cluster).filter((other) => isBeside(snapshot, from, other));
  return togetherElseAll(snapshot, from, declared, (other) => other).length > 1;
}

function isBeside(snapshot: Snapshot, from: Resource, other: Resource): boolean {
  return mayShareNamespace(snapshot, from, other) && snapshot.layout.completenessOf(other) !== "patch";
}

/** Patches name list items, not indexes: the list itself stands for them. */
function listOf(path: Path): readonly Step[] {
  const all = steps(path);
  const index = all.findIndex((step) => typeof step === "number");
  return index < 0 ? all : all.slice(0, index);
}

/** Votes needed for a majority. */
export function majorityOf(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/** How many voters may be lost before the group stops deciding. */
export function tolerated(voters: number): number {
  return voters - majorityOf(voters);
}

/** Kind and name, for messages. */
export function nameOf({ resource }: QuorumGroup): string {
  return `${resource.kind} ${resource.called}`;
}
