import { itemsOf, nodeAt, present, stringMapOf, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { matches, selectorOf } from "../model/selector.ts";
import { type Backend, backendsOf } from "../traffic/backends.ts";
import { lookUpHost } from "../traffic/service-lookup.ts";
import { effectiveReplicas } from "../workspace/replicas.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { workloadOf } from "../workspace/workload.ts";

/** The endpoints that share one outlier detection: those of a host, or of one of its subsets. */
export interface Pool {
  /** Name of the subset; undefined for the host as a whole. */
  readonly subset: string | undefined;
  /** How many endpoints there are at least. */
  readonly endpoints: number;
}

/**
 * The pools behind a DestinationRule, or behind its subset of that index: Istio makes a cluster of endpoints for the
 * host and one for each subset. Undefined when the workspace does not tell how many endpoints there are.
 */
export function poolsOf(snapshot: Snapshot, rule: Resource, index?: number): readonly Pool[] | undefined {
  const host = stringOf(rule.get("spec.host"));
  if (host === undefined || !snapshot.complete) return undefined;
  const { found, unreadable } = lookUpHost(snapshot, rule, host);
  if (found.length !== 1 || unreadable.length > 0) return undefined;
  const { known, uncertain } = backendsOf(snapshot, found);
  if (uncertain || known.length === 0) return undefined;
  const subsets = itemsOf(rule.get("spec.subsets"));
  const wanted = index === undefined ? subsets : subsets.slice(index, index + 1);
  if (wanted.length === 0) return pools(snapshot, [{ subset: undefined, backends: known }]);
  const selected = wanted.flatMap((node): readonly Selected[] => {
    const labels = stringMapOf(nodeAt(node, "labels"));
    const subset = stringOf(nodeAt(node, "name"));
    // A subset with a detection of its own is not under the host's.
    if (index === undefined && present(nodeAt(node, "trafficPolicy.outlierDetection")) !== undefined)
      return [];
    if (labels === undefined) return [{ subset, backends: undefined }];
    const selector = selectorOf(labels);
    return [{ subset, backends: known.filter((backend) => matches(selector, backend.labels)) }];
  });
  return pools(snapshot, selected);
}

interface Selected {
  readonly subset: string | undefined;
  readonly backends: readonly Backend[] | undefined;
}

function pools(snapshot: Snapshot, selected: readonly Selected[]): readonly Pool[] | undefined {
  const result: Pool[] = [];
  for (const { subset, backends } of selected) {
    const endpoints = backends === undefined ? undefined : countOf(snapshot, backends);
    if (endpoints === undefined || endpoints === 0) return undefined;
    result.push({ subset, endpoints });
  }
  return result.length === 0 ? undefined : result;
}

/** Machines and written endpoints count as one each. */
function countOf(snapshot: Snapshot, backends: readonly Backend[]): number | undefined {
  let sum = 0;
  for (const { resource } of backends) {
    const workload = workloadOf(resource);
    const count =
      workload === undefined ? oneIfFixed(resource) : effectiveReplicas(snapshot, workload)?.lowest;
    if (count === undefined) return undefined;
    sum += count;
  }
  return sum;
}

function oneIfFixed({ kind }: Resource): number | undefined {
  return kind === "WorkloadGroup" ? undefined : 1;
}
