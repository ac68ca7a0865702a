import { type Message, t } from "../model/message.ts";
import { itemsOf, nodeAt, present, stringOf } from "../model/node.ts";
import { NODE_TERMS, placesOf } from "../workspace/node-places.ts";
import type { Snapshot, Topology } from "../workspace/snapshot.ts";
import { isZoneKey } from "../workspace/spread-domains.ts";
import { accessModesOf, claimsNamed, exclusiveVolumeOf, podVolumesOf } from "../workspace/volumes.ts";
import type { Workload } from "../workspace/workload.ts";

/** Where the pods of a workload may run. */
export interface Whereabouts {
  /** Nodes and zones that may take them; undefined where nobody said how many. */
  readonly nodes: number | undefined;
  readonly zones: number | undefined;
  /** Why all of them run on one node, or in one zone at least. */
  readonly oneNode: Message | undefined;
  readonly oneZone: Message | undefined;
  /** Why they may have to share a node all the same. */
  readonly doubt: Message | undefined;
}

/** Node labels by which clusters pick the machines that can run a program at all: the topology counts those. */
const MACHINE = /^(?:beta\.)?kubernetes\.io\/(?:os|arch)$/;

/** Where the pods may run, by the topology and by what the manifest asks of nodes. */
export function whereaboutsOf(snapshot: Snapshot, workload: Workload, topology: Topology): Whereabouts {
  const places = [...placesOf(snapshot, workload)].filter(([key]) => !MACHINE.test(key));
  const named = (test: (key: string) => boolean) => places.find(([key]) => test(key))?.[1]?.values;
  const nodeName = present(nodeAt(workload.podSpec, "nodeName"));
  const hosts =
    nodeName === undefined ? named((key) => key === "kubernetes.io/hostname") : [stringOf(nodeName) ?? "?"];
  const zones = named(isZoneKey);
  const volume = volumeOf(snapshot, workload);
  return {
    ...domains(
      places.map(([key]) => key),
      zones,
      namesFields(workload),
      topology,
    ),
    oneNode:
      hosts?.length === 1
        ? t("All pods are bound to node {node}.", { node: hosts[0] ?? "" })
        : volume?.certain === true
          ? t("Volume {volume} can be mounted on one node only.", { volume: volume.name })
          : undefined,
    oneZone:
      zones?.length === 1 ? t("All pods are bound to zone {zone}.", { zone: zones[0] ?? "" }) : undefined,
    doubt:
      volume?.certain === false
        ? t(
            "Volume {volume} may be one that only a single node can mount: its claim is not to be seen here.",
            {
              volume: volume.name,
            },
          )
        : undefined,
  };
}

/** What is left of the topology: of nodes that are chosen by other labels than their zone nobody knows the number. */
function domains(
  keys: readonly string[],
  asked: readonly string[] | undefined,
  isNarrowed: boolean,
  { nodes, zones }: Topology,
): Pick<Whereabouts, "nodes" | "zones"> {
  if (keys.length === 0 && !isNarrowed) return { nodes, zones: zones?.length };
  if (isNarrowed || asked === undefined || keys.some((key) => !isZoneKey(key)))
    return { nodes: undefined, zones: undefined };
  const left = zones?.filter((zone) => asked.includes(zone)).length;
  // Zones that the topology does not know are nothing to count with.
  if (left === undefined || left === 0) return { nodes: undefined, zones: undefined };
  return { nodes: left === zones?.length ? nodes : undefined, zones: left };
}

/** Required node affinity may ask for fields of nodes, such as their names. */
function namesFields({ podSpec }: Workload): boolean {
  return itemsOf(nodeAt(podSpec, NODE_TERMS)).some((term) => itemsOf(nodeAt(term, "matchFields")).length > 0);
}

/** A volume that all pods share and only one node can mount; not certain where its claim is not here or not readable. */
function volumeOf(
  snapshot: Snapshot,
  workload: Workload,
): { readonly name: string; readonly certain: boolean } | undefined {
  const name = exclusiveVolumeOf(snapshot, workload);
  if (name === undefined) return undefined;
  const isClaim = podVolumesOf(workload).some(
    ({ volume }) => stringOf(nodeAt(volume, "persistentVolumeClaim.claimName")) === name,
  );
  const claims = claimsNamed(snapshot, workload, name);
  const isRead = claims.length > 0 && claims.every((claim) => !accessModesOf(claim).includes(undefined));
  return { name, certain: !isClaim || isRead };
}
