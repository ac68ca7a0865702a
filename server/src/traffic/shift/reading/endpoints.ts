import { matches, type Selector, selectorOf } from "../../../model/selector.ts";
import type { Cluster, KubeObject, ObjectRef } from "../cluster.ts";
import { at, labelsAt, listOf, textAt, textsAt } from "../json.ts";
import { KINDS } from "../kinds.ts";
import { known, mapRead, type Read, readList } from "./read.ts";

/** Who answers for a destination. */
export interface Endpoints {
  /** Those that get traffic now. */
  readonly ready: number;
  /** All that there are, terminating ones left out. */
  readonly total: number;
  /** Some are machines or addresses whose health nobody reports to the cluster. */
  readonly unverified: number;
  /** One of the Pods, a ready one where there is any; undefined where there are none or they are not Pods. */
  readonly pod: ObjectRef | undefined;
}

/** A destination that exists. */
export type Backend =
  | { readonly kind: "service"; readonly object: KubeObject }
  | { readonly kind: "serviceEntry"; readonly object: KubeObject };

type Labels = ReadonlyMap<string, string>;

/** Ready endpoints of Services by `namespace/name`, so that two subsets of one are read once. */
export type ReadySlices = Map<string, Promise<Read<ReadonlySet<string>>>>;

/** Counts the endpoints of a backend that have a subset's labels. */
export function readEndpoints(
  cluster: Cluster,
  backend: Backend,
  subset: Labels,
  slices: ReadySlices,
  signal: AbortSignal,
): Promise<Read<Endpoints>> {
  return backend.kind === "service"
    ? endpointsOfService(cluster, backend.object, subset, slices, signal)
    : endpointsOfEntry(cluster, backend.object, subset, signal);
}

async function endpointsOfService(
  cluster: Cluster,
  service: KubeObject,
  subset: Labels,
  slices: ReadySlices,
  signal: AbortSignal,
): Promise<Read<Endpoints>> {
  const { name, namespace } = service.metadata;
  const selector = labelsAt(service, "spec", "selector");
  const key = `${namespace}/${name}`;
  const reading = slices.get(key) ?? readReady(cluster, namespace, name, signal);
  slices.set(key, reading);
  const [ready, pods] = await Promise.all([
    reading,
    selector === undefined
      ? undefined
      : readPods(cluster, namespace, new Map([...selector, ...subset]), signal),
  ]);
  if (!ready.known) return ready;
  if (pods === undefined) {
    const { size } = ready.value;
    return known({ ready: size, total: size, unverified: subset.size > 0 ? size : 0, pod: undefined });
  }
  if (!pods.known) return pods;
  const answering = pods.value.filter((pod) => ready.value.has(pod));
  const example = answering[0] ?? pods.value[0];
  return known({
    ready: answering.length,
    total: pods.value.length,
    unverified: 0,
    pod: example === undefined ? undefined : { type: KINDS.pod, namespace, name: example },
  });
}

async function readReady(
  cluster: Cluster,
  namespace: string | undefined,
  name: string,
  signal: AbortSignal,
): Promise<Read<ReadonlySet<string>>> {
  const outcome = await cluster.list(
    KINDS.endpointSlice,
    { namespace, labelSelector: `kubernetes.io/service-name=${name}` },
    readySlice,
    signal,
  );
  return mapRead(readList(outcome, `EndpointSlices of Service ${name}`), (found) => new Set(found.flat()));
}

/** Names of the ready endpoints of a slice; those of one Pod in two address families are one. */
function readySlice(slice: KubeObject): readonly string[] {
  return listOf(at(slice, "endpoints")).flatMap((endpoint) => {
    // An absent `ready` counts as true (k8s.io/api/discovery/v1, EndpointConditions).
    if (at(endpoint, "conditions", "ready") === false) return [];
    if (at(endpoint, "conditions", "terminating") === true) return [];
    return textAt(endpoint, "targetRef", "name") ?? textsAt(endpoint, "addresses")[0] ?? [];
  });
}

/** Pods that have not come to their end. */
const ALIVE = "status.phase!=Failed,status.phase!=Succeeded";

/** Names of the Pods with these labels that are not on their way out. */
async function readPods(
  cluster: Cluster,
  namespace: string | undefined,
  labels: Labels,
  signal: AbortSignal,
): Promise<Read<readonly string[]>> {
  const labelSelector = [...labels].map(([key, value]) => `${key}=${value}`).join(",");
  // Pods are many, and all that is asked of them here is that they are there.
  const outcome = await cluster.list(
    KINDS.pod,
    { namespace, labelSelector, fieldSelector: ALIVE, metadataOnly: true },
    ({ metadata }) => (metadata.deletionTimestamp === undefined ? metadata.name : undefined),
    signal,
  );
  return readList(outcome, `Pods ${labelSelector}`);
}

async function endpointsOfEntry(
  cluster: Cluster,
  entry: KubeObject,
  subset: Labels,
  signal: AbortSignal,
): Promise<Read<Endpoints>> {
  const selector = labelsAt(entry, "spec", "workloadSelector", "labels");
  if (selector !== undefined)
    return selectedByEntry(cluster, entry, selectorOf(new Map([...selector, ...subset])), signal);
  const wanted = selectorOf(subset);
  const inline = listOf(at(entry, "spec", "endpoints"));
  const fitting = inline.filter((item) => matches(wanted, labelsAt(item, "labels") ?? new Map()));
  // Without endpoints the hosts themselves are looked up in DNS.
  const count = inline.length > 0 ? fitting.length : textsAt(entry, "spec", "hosts").length;
  return known({ ready: count, total: count, unverified: count, pod: undefined });
}

/** A workloadSelector takes in WorkloadEntries and Pods of its namespace. */
async function selectedByEntry(
  cluster: Cluster,
  { metadata }: KubeObject,
  selector: Selector,
  signal: AbortSignal,
): Promise<Read<Endpoints>> {
  const { namespace } = metadata;
  const labelled = selector.flatMap((r) =>
    r.operator === "In" ? [[r.key, r.values[0] ?? ""] as const] : [],
  );
  const [machines, pods] = await Promise.all([
    cluster.list(
      KINDS.workloadEntry,
      { namespace },
      (object) =>
        matches(selector, labelsAt(object, "spec", "labels") ?? new Map()) ? healthOf(object) : undefined,
      signal,
    ),
    cluster.list(
      KINDS.pod,
      { namespace, labelSelector: labelled.map(([key, value]) => `${key}=${value}`).join(",") },
      (pod) => (pod.metadata.deletionTimestamp === undefined ? isReady(pod) : undefined),
      signal,
    ),
  ]);
  const entries = readList(machines, `WorkloadEntries in ${namespace}`);
  if (!entries.known) return entries;
  const ready = readList(pods, `Pods in ${namespace}`);
  if (!ready.known) return ready;
  return known({
    ready: entries.value.filter((health) => health !== "bad").length + ready.value.filter(Boolean).length,
    total: entries.value.length + ready.value.length,
    unverified: entries.value.filter((health) => health === "unknown").length,
    pod: undefined,
  });
}

/** What istiod's health checks say of a machine; without them nobody knows. */
function healthOf({ status }: KubeObject): "good" | "bad" | "unknown" {
  const condition = listOf(at(status, "conditions")).find((item) => textAt(item, "type") === "Healthy");
  const value = textAt(condition, "status");
  if (value === "True") return "good";
  return value === "False" ? "bad" : "unknown";
}

function isReady({ status }: KubeObject): boolean {
  return listOf(at(status, "conditions")).some(
    (item) => textAt(item, "type") === "Ready" && textAt(item, "status") === "True",
  );
}
