import type { Manifest } from "../api.ts";

/** Any object of JSON. */
type Json = Record<string, unknown>;

const LABELS = { app: "completed" };

/**
 * A fixture's object with what the API server insists on and the fixture leaves out, in a namespace: a name, a selector,
 * an image. What rules look at stays as it is.
 */
export function completed(object: Json, namespace: string | undefined): Manifest {
  const copy = structuredClone(object);
  const metadata = child(copy, "metadata");
  metadata.name = String(metadata.name ?? "completed").toLowerCase();
  for (const field of ["namespace", "uid", "resourceVersion", "ownerReferences"]) delete metadata[field];
  if (namespace !== undefined) metadata.namespace = namespace;
  delete copy.status;
  COMPLETE[String(copy.kind)]?.(child(copy, "spec"));
  // What is asked for above is there now.
  return copy as Manifest;
}

const COMPLETE: Readonly<Record<string, (spec: Json) => void>> = {
  Deployment: workload,
  StatefulSet: workload,
  DaemonSet: workload,
  ReplicaSet: workload,
  ReplicationController: (spec) => {
    const labels = child(child(child(spec, "template"), "metadata"), "labels");
    if (Object.keys(labels).length === 0) Object.assign(labels, LABELS);
    spec.selector ??= { ...labels };
    pod(child(child(spec, "template"), "spec"));
  },
  Rollout: (spec) => {
    if (spec.workloadRef === undefined) workload(spec);
  },
  Pod: pod,
  HorizontalPodAutoscaler: (spec) => {
    spec.scaleTargetRef ??= { apiVersion: "apps/v1", kind: "Deployment", name: "completed" };
  },
  Cluster: (spec) => {
    spec.storage ??= { size: "1Gi" };
  },
};

function workload(spec: Json): void {
  const template = child(spec, "template");
  const selector = child(child(spec, "selector"), "matchLabels");
  const labels = child(child(template, "metadata"), "labels");
  if (Object.keys(selector).length === 0 && child(spec, "selector").matchExpressions === undefined)
    Object.assign(selector, Object.keys(labels).length === 0 ? LABELS : labels);
  Object.assign(labels, selector);
  pod(child(template, "spec"));
}

function pod(spec: Json): void {
  const containers = list(spec, "containers");
  if (containers.length === 0) containers.push({ name: "completed" });
  for (const container of [...containers, ...list(spec, "initContainers", false)]) {
    container.name ??= "completed";
    container.image ??= "example.com/completed:1";
  }
}

function child(parent: Json, key: string): Json {
  const value = parent[key];
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  const made: Json = {};
  parent[key] = made;
  return made;
}

function list(parent: Json, key: string, make = true): Json[] {
  const value = parent[key];
  if (Array.isArray(value)) return value;
  const made: Json[] = [];
  if (make) parent[key] = made;
  return made;
}
