import {
  field,
  integerOf,
  itemsOf,
  type MapNode,
  nodeAt,
  type Step,
  steps,
  stringOf,
} from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { mayShareNamespace, togetherElseAll } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";

/** A pool that a Rook resource defines, with the steps to it from the resource's root. */
export interface CephPool {
  readonly node: MapNode;
  readonly path: readonly Step[];
  /** How people call it: the resource's name, and which of its pools. */
  readonly name: string;
}

/** Where each kind keeps the specs of its pools (rook `pkg/apis/ceph.rook.io/v1/types.go`). */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  "ceph.rook.io/CephBlockPool": ["spec"],
  "ceph.rook.io/CephFilesystem": ["spec.metadataPool", "spec.dataPools"],
  "ceph.rook.io/CephObjectStore": ["spec.metadataPool", "spec.dataPool"],
  "ceph.rook.io/CephObjectZone": ["spec.metadataPool", "spec.dataPool"],
};

/** The kinds that define pools, for `appliesTo`. */
export const poolKinds: readonly string[] = Object.keys(PATHS).map((type) => type.replace("/", "/*/"));

/** The pools of a resource, in the order of its kind's fields. */
export function poolsOf(resource: Resource): readonly CephPool[] {
  return (PATHS[resource.type] ?? []).flatMap((path) => {
    const node = resource.get(path);
    if (node?.kind === "map") return [{ node, path: steps(path), name: poolName(resource, path) }];
    return itemsOf(node).flatMap((item, i) =>
      item.kind === "map"
        ? [{ node: item, path: [...steps(path), i], name: poolName(resource, path, i) }]
        : [],
    );
  });
}

function poolName(resource: Resource, path: string, index?: number): string {
  const part = path.split(".")[1];
  const owner = `${resource.kind} ${resource.name ?? ""}`.trimEnd();
  if (part === undefined) return owner;
  return `${owner} ${part}${index === undefined ? "" : `[${index}]`}`;
}

/** The number of copies a replicated pool keeps; undefined for other pools and where it is unknown. */
export function copiesOf(pool: CephPool): number | undefined {
  const size = field(nodeAt(pool.node, "replicated.size"), integerOf);
  // 0 is what Rook writes for a pool that is not replicated.
  return size.state === "known" && size.value > 0 ? size.value : undefined;
}

/** The copies without which it serves nothing, where that is written: `min_size`, a text as all `parameters` are. */
export function minimumOf(pool: CephPool): number | undefined {
  const text = stringOf(nodeAt(pool.node, "parameters.min_size"))?.trim() ?? "";
  return /^\d{1,2}$/.test(text) ? Number(text) : undefined;
}

/** Whether it keeps data and coding chunks instead of copies. */
export function isErasureCoded(pool: CephPool): boolean {
  return (integerOf(nodeAt(pool.node, "erasureCoded.dataChunks")) ?? 0) > 0;
}

/** Whether an overlay decides a field of the pool. Patches name list items, not indexes: their list stands for them. */
export function isPoolPatched(
  snapshot: Snapshot,
  resource: Resource,
  pool: CephPool,
  inside: string,
): boolean {
  const index = pool.path.findIndex((step) => typeof step === "number");
  const path = index < 0 ? [...pool.path, ...steps(inside)] : pool.path.slice(0, index);
  return snapshot.layout.isPatched(resource, path);
}

/** The Ceph clusters that a resource of Rook may belong to: those of its namespace, nearest first. */
function cephClustersOf(snapshot: Snapshot, resource: Resource): readonly Resource[] {
  const found = snapshot
    .find("type", "ceph.rook.io/CephCluster")
    .filter((cluster) => mayShareNamespace(snapshot, resource, cluster));
  return togetherElseAll(snapshot, resource, found, (cluster) => cluster);
}

/** Whether a pool is certainly one of a stretch cluster: every cluster that it may belong to is one. */
export function isInStretchCluster(snapshot: Snapshot, resource: Resource): boolean {
  const clusters = cephClustersOf(snapshot, resource);
  return clusters.length > 0 && clusters.every(isStretched);
}

/** Whether the cluster runs in Ceph's stretch mode: two sites with data and an arbiter. */
export function isStretched(cluster: Resource): boolean {
  return cluster.get("spec.mon.stretchCluster") !== undefined;
}

/** The names of zones, for messages. */
export function zoneNames(zones: readonly MapNode[]): string {
  return zones.map((zone) => stringOf(nodeAt(zone, "name")) ?? "?").join(", ");
}
