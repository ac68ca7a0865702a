import { type Node, nodeAt, stringOf } from "../../model/node.ts";
import { placesOf } from "../../workspace/node-places.ts";
import type { Snapshot, Topology } from "../../workspace/snapshot.ts";
import { coverageOf, ownLabelsOf, podSpecPath, spreadTermsOf } from "../../workspace/spread.ts";
import { isZoneKey } from "../../workspace/spread-domains.ts";
import type { Workload } from "../../workspace/workload.ts";

/** What makes pods run in two places, and of which kind these are. */
export interface TwoPlaces {
  readonly kind: "zones" | "sites";
  readonly node: Node;
}

/** Labels of nodes that name something larger than a zone: a region, a site, a data centre. */
const SITE_KEY = /^topology\.kubernetes\.io\/region$|(?:^|[./_-])(?:site|datacenter|data-center|dc)$/;

function kindOf(key: string): TwoPlaces["kind"] | undefined {
  if (isZoneKey(key)) return "zones";
  return SITE_KEY.test(key) ? "sites" : undefined;
}

/** Whether the topology has two of what a label of nodes names. */
export function hasTwo(key: string, topology: Topology): boolean {
  const kind = kindOf(key);
  return kind !== undefined && topology[kind]?.length === 2;
}

/**
 * What leaves a workload's pods two zones or two sites: node affinity that names two, or a spread that must be met
 * over as many as the topology has. Undefined where they stay in one on purpose, where there are more, and where nobody says.
 */
export function twoPlacesOf(
  snapshot: Snapshot,
  workload: Workload,
  topology: Topology,
): TwoPlaces | undefined {
  const places = placesOf(snapshot, workload);
  for (const [key, left] of places) {
    const kind = kindOf(key);
    if (kind === undefined) continue;
    // Kept in one place, or nobody can say in how many.
    if (left === undefined || left.values.length < 2) return undefined;
    if (left.values.length === 2) return { kind, node: left.node };
  }
  const key = strictSpread(snapshot, workload).find((node) => {
    const name = stringOf(node) ?? "";
    return !places.has(name) && hasTwo(name, topology);
  });
  const kind = kindOf(stringOf(key) ?? "");
  return key === undefined || kind === undefined ? undefined : { kind, node: key };
}

/** The topology keys over which the pods must be spread, or stay Pending. */
function strictSpread(snapshot: Snapshot, workload: Workload): readonly Node[] {
  const labels = ownLabelsOf(snapshot, workload);
  if (labels === undefined) return [];
  if (snapshot.layout.isPatched(workload.resource, podSpecPath(workload, "topologySpreadConstraints")))
    return [];
  return spreadTermsOf(workload).flatMap((term) => {
    const isStrict = stringOf(nodeAt(term.node, "whenUnsatisfiable")) === "DoNotSchedule";
    if (term.kind !== "constraint" || !isStrict || coverageOf(snapshot, workload, term, labels) !== "own")
      return [];
    return nodeAt(term.node, "topologyKey") ?? [];
  });
}
