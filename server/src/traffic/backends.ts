import { itemsOf, nodeAt, stringMapOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { matches, type Selector, selectorOf } from "../model/selector.ts";
import { podLabelKeys, podSelectorOf } from "../workspace/indexes.ts";
import { mayShareNamespace } from "../workspace/scope.ts";
import { selectWorkloads } from "../workspace/selection.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { workloadOf } from "../workspace/workload.ts";
import { isEntry } from "./service-lookup.ts";

type Labels = ReadonlyMap<string, string>;

/** One group of endpoints behind a host that share their labels: pods of a workload, machines, written endpoints. */
export interface Backend {
  /** The workload, WorkloadEntry, WorkloadGroup or ServiceEntry it stands in. */
  readonly resource: Resource;
  readonly labels: Labels;
}

/** What answers for a host. */
export interface Backends {
  readonly known: readonly Backend[];
  /** A template, an overlay or something outside the workspace may add more, or other labels. */
  readonly uncertain: boolean;
}

/**
 * The endpoints of Services and ServiceEntries, in the whole workspace: pods and WorkloadEntries that they select
 * (istio pilot/pkg/serviceregistry: a Service takes in WorkloadEntries, a ServiceEntry takes in pods), and the
 * `endpoints` of a ServiceEntry.
 */
export function backendsOf(snapshot: Snapshot, services: readonly Resource[]): Backends {
  const parts = services.map((service) => backendsOfOne(snapshot, service));
  return {
    known: parts.flatMap(({ known }) => known),
    uncertain: parts.some(({ uncertain }) => uncertain),
  };
}

function backendsOfOne(snapshot: Snapshot, service: Resource): Backends {
  const selector = selectorIn(service);
  const written = isEntry(service) ? writtenEndpoints(service) : { known: [], uncertain: false };
  if (selector === "none") return written;
  if (selector === undefined || snapshot.layout.isPatched(service, pathOf(service))) {
    return { ...written, uncertain: true };
  }
  const pods = podsBehind(snapshot, service, selector);
  const machines = machinesBehind(snapshot, service, selector);
  return {
    known: [...written.known, ...pods, ...machines.known],
    uncertain:
      written.uncertain ||
      machines.uncertain ||
      selectWorkloads(snapshot, service, selector).uncertain ||
      pods.some(({ resource }) => snapshot.layout.isPatched(resource, "spec.template.metadata.labels")),
  };
}

function pathOf(service: Resource): string {
  return isEntry(service) ? "spec.workloadSelector" : "spec.selector";
}

/** Undefined when unreadable. */
function selectorIn(service: Resource): Selector | "none" | undefined {
  if (!isEntry(service)) {
    const found = podSelectorOf(service);
    return found === undefined ? "none" : found.selector;
  }
  const node = service.get("spec.workloadSelector");
  if (node === undefined) return "none";
  const labels = stringMapOf(nodeAt(node, "labels"));
  return labels === undefined || labels.size === 0 ? undefined : selectorOf(labels);
}

function podsBehind(snapshot: Snapshot, service: Resource, selector: Selector): readonly Backend[] {
  const found = new Set(podLabelKeys(selector).flatMap((key) => snapshot.find("podLabel", key)));
  return [...found].flatMap((resource) => {
    const labels = workloadOf(resource)?.podLabels;
    if (labels === undefined || !matches(selector, labels)) return [];
    return mayShareNamespace(snapshot, service, resource) ? [{ resource, labels }] : [];
  });
}

/** Where each kind of machine has the labels of its endpoints. */
const MACHINES = [
  { type: "networking.istio.io/WorkloadEntry", path: "spec.labels" },
  { type: "networking.istio.io/WorkloadGroup", path: "spec.metadata.labels" },
];

function machinesBehind(snapshot: Snapshot, service: Resource, selector: Selector): Backends {
  const found = MACHINES.flatMap(({ type, path }) =>
    snapshot
      .find("type", type)
      .filter((resource) => mayShareNamespace(snapshot, service, resource))
      .map((resource) => ({ resource, labels: stringMapOf(resource.get(path)) })),
  );
  return {
    known: found.flatMap(({ resource, labels }) =>
      labels !== undefined && matches(selector, labels) ? [{ resource, labels }] : [],
    ),
    uncertain: found.some(({ labels }) => labels === undefined),
  };
}

function writtenEndpoints(entry: Resource): Backends {
  const found = itemsOf(entry.get("spec.endpoints")).map((node) => stringMapOf(nodeAt(node, "labels")));
  return {
    known: found.flatMap((labels) => (labels === undefined ? [] : [{ resource: entry, labels }])),
    uncertain: found.some((labels) => labels === undefined),
  };
}
