import { type Cluster, failure, type KubeObject, type Outcome, success } from "../traffic/shift/cluster.ts";
import { at, listOf, textAt } from "../traffic/shift/json.ts";
import type { Topology } from "../workspace/snapshot.ts";

const NODES = { group: "", kind: "Node", plural: "nodes", versions: ["v1"] };
const ZONE = "topology.kubernetes.io/zone";
/** Taints of nodes that are kept for the control plane, and of those that are only unwell or being drained. */
const CONTROL_PLANE = /^node-role\.kubernetes\.io\/(?:control-plane|master)$/;
const PASSING = /^node\.(?:kubernetes|cloudprovider\.kubernetes)\.io\//;

interface Node {
  readonly zone: string | undefined;
  readonly isControlPlane: boolean;
  /** Whether only pods that tolerate something may run there, so that it counts for some workloads alone. */
  readonly isReserved: boolean;
}

/**
 * The nodes and zones in which pods may run. Undefined where it depends on the pods' tolerations, or where some node
 * has no zone.
 */
export async function readTopology(
  cluster: Pick<Cluster, "list">,
  signal: AbortSignal,
): Promise<Outcome<Topology>> {
  const nodes = await cluster.list(NODES, { namespace: undefined }, nodeOf, signal);
  return nodes.ok ? topologyOf(nodes.value) : failure(nodes.failure.kind, nodes.failure.message);
}

function topologyOf(all: readonly Node[]): Outcome<Topology> {
  const nodes = all.filter(({ isControlPlane }) => !isControlPlane);
  if (nodes.length === 0 || nodes.some(({ isReserved }) => isReserved)) return success(NOTHING_STATED);
  const zones = nodes.flatMap(({ zone }) => zone ?? []);
  const names = [...new Set(zones)].sort();
  return success({
    nodes: nodes.length,
    zones: zones.length === nodes.length ? names : undefined,
    sites: undefined,
  });
}

/** What nobody says. */
export const NOTHING_STATED: Topology = { nodes: undefined, zones: undefined, sites: undefined };

function nodeOf({ metadata, spec }: KubeObject): Node {
  const taints = listOf(at(spec, "taints")).filter((taint) =>
    ["NoSchedule", "NoExecute"].includes(textAt(taint, "effect") ?? ""),
  );
  const keys = taints.map((taint) => textAt(taint, "key") ?? "");
  const isControlPlane = keys.some((key) => CONTROL_PLANE.test(key));
  return {
    zone: textAt(metadata.labels, ZONE),
    isControlPlane,
    isReserved: !isControlPlane && keys.some((key) => !PASSING.test(key)),
  };
}
