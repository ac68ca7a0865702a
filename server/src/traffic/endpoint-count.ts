import type { Resource } from "../model/resource.ts";
import { effectiveReplicas } from "../workspace/replicas.ts";
import { selectedBy } from "../workspace/selection.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { workloadOf } from "../workspace/workload.ts";
import { backendsOf } from "./backends.ts";

/**
 * How many endpoints a host has at the least, where `services` are the Services and ServiceEntries that may be it:
 * of each one the smallest scale of the workloads nearest to it, machines and written endpoints; of several, which
 * may be alternatives, the one with the fewest. What a template, a DaemonSet or a WorkloadGroup adds is not counted.
 */
export function leastEndpoints(snapshot: Snapshot, services: readonly Resource[]): number {
  const counts = services.map((service) => countOf(snapshot, service));
  return counts.length === 0 ? 0 : Math.min(...counts);
}

function countOf(snapshot: Snapshot, service: Resource): number {
  const others = backendsOf(snapshot, [service]).known.filter(
    ({ resource }) => workloadOf(resource) === undefined && resource.kind !== "WorkloadGroup",
  );
  const pods = (selectedBy(snapshot, service)?.nearest ?? []).map(
    (workload) => effectiveReplicas(snapshot, workload)?.lowest ?? 0,
  );
  return pods.reduce((sum, count) => sum + count, others.length);
}
