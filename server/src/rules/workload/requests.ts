import { itemsOf, type Node, nodeAt, present, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { isTogether, mayShareNamespace, namespaceOf } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import type { Workload } from "../../workspace/workload.ts";

/** Which resources something asks for. */
export interface Requested {
  readonly cpu: boolean;
  readonly memory: boolean;
}

const ALL: Requested = { cpu: true, memory: true };
const NONE: Requested = { cpu: false, memory: false };

/**
 * What a `resources` block of a container or a pod asks for. A limit without a request is a request of its size
 * (kubernetes pkg/apis/core/v1/defaults.go). What a template decides counts as everything.
 */
export function requestedBy(resources: Node | undefined): Requested {
  return anyOf(["requests", "limits"].map((name) => keysOf(resources, name)));
}

/** What others ask for on behalf of a workload's containers: LimitRanges of its namespace, a VerticalPodAutoscaler. */
export function givenRequests(snapshot: Snapshot, workload: Workload): Requested {
  const { resource } = workload;
  const isScaled = snapshot
    .find("type", "autoscaling.k8s.io/VerticalPodAutoscaler")
    .some((scaler) => setsRequests(scaler, resource) && mayShareNamespace(snapshot, scaler, resource));
  if (isScaled) return ALL;
  const ranges = snapshot
    .find("type", "/LimitRange")
    .filter((range) => sharesNamespace(snapshot, range, resource));
  return anyOf(ranges.map(defaultsOf));
}

function setsRequests(scaler: Resource, { kind, name }: Resource): boolean {
  return (
    stringOf(scaler.get("spec.targetRef.kind")) === kind &&
    stringOf(scaler.get("spec.targetRef.name")) === name &&
    stringOf(scaler.get("spec.updatePolicy.updateMode")) !== "Off"
  );
}

/** Deployed together into what may be one namespace, or certainly into the same. */
function sharesNamespace(snapshot: Snapshot, range: Resource, resource: Resource): boolean {
  if (!mayShareNamespace(snapshot, range, resource)) return false;
  const own = namespaceOf(snapshot, resource);
  return isTogether(snapshot, range, resource) || (own !== undefined && namespaceOf(snapshot, range) === own);
}

/** Each of these ends up as a default request (kubernetes pkg/apis/core/v1/defaults.go, SetDefaults_LimitRangeItem). */
const DEFAULTS = ["defaultRequest", "default", "min", "max"];

function defaultsOf(range: Resource): Requested {
  const items = itemsOf(range.get("spec.limits")).filter(
    (item) => stringOf(nodeAt(item, "type")) === "Container",
  );
  return anyOf(items.flatMap((item) => DEFAULTS.map((name) => keysOf(item, name))));
}

function keysOf(holder: Node | undefined, name: string): Requested {
  const found = present(holder);
  const block = found?.kind === "map" ? present(nodeAt(found, name)) : found;
  if (block === undefined) return NONE;
  if (block.kind !== "map") return ALL;
  const has = (key: string) => present(nodeAt(block, key)) !== undefined;
  return { cpu: has("cpu"), memory: has("memory") };
}

function anyOf(all: readonly Requested[]): Requested {
  return { cpu: all.some(({ cpu }) => cpu), memory: all.some(({ memory }) => memory) };
}
