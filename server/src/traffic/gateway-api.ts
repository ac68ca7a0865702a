import { field, integerOf, itemsOf, type MapNode, nodeAt, present, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import type { Destination, Protocol, SplitRoute } from "./weighted-route.ts";

/** Every rule of a Gateway API route (sigs.k8s.io/gateway-api apis/v1/httproute_types.go and its siblings). */
export function splitsOfGatewayApi(resource: Resource): readonly SplitRoute[] {
  return itemsOf(resource.get("spec.rules")).flatMap((node, index) =>
    node.kind === "map" ? [splitOf(resource, node, index)] : [],
  );
}

const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  HTTPRoute: "http",
  GRPCRoute: "grpc",
  TLSRoute: "tls",
  TCPRoute: "tcp",
  UDPRoute: "udp",
};

/** The types of the Gateway API's routes. */
export const gatewayApiRoutes: readonly string[] = Object.keys(PROTOCOLS).map(
  (kind) => `gateway.networking.k8s.io/${kind}`,
);

function splitOf(resource: Resource, node: MapNode, index: number): SplitRoute {
  const list = present(nodeAt(node, "backendRefs"));
  return {
    kind: "split",
    platform: "gateway-api",
    resource,
    path: ["spec", "rules", index],
    node,
    protocol: PROTOCOLS[resource.kind] ?? "http",
    index,
    name: stringOf(nodeAt(node, "name")),
    matches: itemsOf(nodeAt(node, "matches")),
    listKey: "backendRefs",
    list: list?.kind === "seq" ? list : undefined,
    destinations: itemsOf(list).flatMap((item) => (item.kind === "map" ? [destinationOf(item)] : [])),
  };
}

function destinationOf(node: MapNode): Destination {
  return {
    node,
    target: node,
    host: field(nodeAt(node, "name"), stringOf),
    subset: { state: "absent" },
    namespace: field(nodeAt(node, "namespace"), stringOf),
    port: field(nodeAt(node, "port"), integerOf),
    weight: field(nodeAt(node, "weight"), integerOf),
  };
}
