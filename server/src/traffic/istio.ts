import {
  field,
  integerOf,
  itemsOf,
  type MapNode,
  type Node,
  nodeAt,
  present,
  stringOf,
} from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import type { Destination, Protocol, SplitRoute } from "./weighted-route.ts";

const LISTS: readonly Extract<Protocol, "http" | "tls" | "tcp">[] = ["http", "tls", "tcp"];

/** Every route of a VirtualService: `spec.http`, `spec.tls`, `spec.tcp` (istio.io/api virtual_service.proto). */
export function splitsOfVirtualService(resource: Resource): readonly SplitRoute[] {
  return LISTS.flatMap((protocol) =>
    itemsOf(resource.get(["spec", protocol])).flatMap((node, index) =>
      node.kind === "map" ? [splitOf(resource, protocol, node, index)] : [],
    ),
  );
}

function splitOf(resource: Resource, protocol: Protocol, node: MapNode, index: number): SplitRoute {
  const list = present(nodeAt(node, "route"));
  return {
    kind: "split",
    platform: "istio",
    resource,
    path: ["spec", protocol, index],
    node,
    protocol,
    index,
    name: stringOf(nodeAt(node, "name")),
    matches: itemsOf(nodeAt(node, "match")),
    listKey: "route",
    list: list?.kind === "seq" ? list : undefined,
    destinations: itemsOf(list).flatMap((item) => (item.kind === "map" ? [destinationOf(item)] : [])),
  };
}

function destinationOf(node: MapNode): Destination {
  const target = nodeAt(node, "destination");
  return {
    node,
    ...targetOf(target),
    namespace: { state: "absent" },
    weight: field(nodeAt(node, "weight"), integerOf),
  };
}

function targetOf(target: Node | undefined): Pick<Destination, "target" | "host" | "subset" | "port"> {
  return {
    target: target?.kind === "map" ? target : undefined,
    host: field(nodeAt(target, "host"), stringOf),
    subset: field(nodeAt(target, "subset"), stringOf),
    port: field(nodeAt(target, "port.number"), integerOf),
  };
}

/**
 * The destinations that get a copy of an http route's requests (`mirror`, `mirrors[]`). Nobody waits for their
 * answers. They have no weight.
 */
export function mirrorsOf(route: SplitRoute): readonly Destination[] {
  const single = present(nodeAt(route.node, "mirror"));
  const several = itemsOf(nodeAt(route.node, "mirrors")).flatMap((item) => nodeAt(item, "destination") ?? []);
  return [...(single === undefined ? [] : [single]), ...several].flatMap((target) =>
    target.kind === "map"
      ? [{ node: target, ...targetOf(target), namespace: { state: "absent" }, weight: { state: "absent" } }]
      : [],
  );
}

/**
 * The gateways a VirtualService is bound to. Absent: the sidecars of the mesh only. Undefined when a template
 * decides one of them, and for a delegate: it has no hosts, and takes the gateways of those that hand requests to it.
 */
export function gatewaysOf(resource: Resource): readonly string[] | undefined {
  const names = itemsOf(resource.get("spec.gateways")).map(stringOf);
  if (names.length === 0) {
    const isOpen = resource.get("spec.gateways")?.kind === "scalar" || isDelegate(resource);
    return isOpen ? undefined : ["mesh"];
  }
  return names.every((name) => name !== undefined) ? names : undefined;
}

/** Whether other VirtualServices hand requests to it (istio pilot/pkg/model/virtualservice.go): only then it has no hosts. */
function isDelegate(resource: Resource): boolean {
  return resource.kind === "VirtualService" && resource.get("spec.hosts") === undefined;
}
