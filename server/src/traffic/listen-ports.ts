import { field, integerOf, itemsOf, nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { hostsOf } from "../workspace/indexes.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { gatewayPortsOf, lookUpGateway } from "./gateway-lookup.ts";
import { gatewaysOf } from "./istio.ts";
import { protocolsOf } from "./port-protocol.ts";
import { isEntry, lookUpHost } from "./service-lookup.ts";
import type { Protocol, SplitRoute } from "./weighted-route.ts";

/** A port on which the requests or connections of a route arrive, and the Gateway or Service that says so. */
export interface ListenPort {
  readonly port: number;
  readonly from: Resource | undefined;
}

/** Where the requests of a route arrive. */
export interface ListenPorts {
  readonly known: readonly ListenPort[];
  /** Gateways and hosts of which the workspace does not show the ports. */
  readonly unknown: readonly string[];
}

/** The numbers of the ports of a Service or ServiceEntry; undefined where a template or an overlay decides one. */
export function servicePorts(snapshot: Snapshot, service: Resource): readonly number[] | undefined {
  if (snapshot.layout.isPatched(service, "spec.ports")) return undefined;
  const key = isEntry(service) ? "number" : "port";
  const ports = itemsOf(service.get("spec.ports")).map((item) => integerOf(nodeAt(item, key)));
  return ports.every((port) => port !== undefined) ? [...new Set(ports)] : undefined;
}

/**
 * The ports that Istio builds a route for: inside the mesh those of the VirtualService's hosts, at a
 * gateway those of its servers (istio pilot/pkg/networking/core/route/route.go, pilot/pkg/networking/core/gateway.go).
 */
export function listenPortsOf(snapshot: Snapshot, route: SplitRoute): ListenPorts {
  const asked = route.matches.map((match) => field(nodeAt(match, "port"), integerOf));
  if (asked.length > 0 && asked.every((port) => port.state === "known")) {
    return { known: asked.map(({ value }) => ({ port: value, from: undefined })), unknown: [] };
  }
  const parts = gatewaysFor(route).flatMap((gateway) =>
    gateway === "mesh" ? meshPorts(snapshot, route) : gatewayPorts(snapshot, route, gateway),
  );
  return {
    known: parts.flatMap((part) => (typeof part === "string" ? [] : [part])),
    unknown: parts.filter((part) => typeof part === "string"),
  };
}

/** The gateways whose requests the route sees: those its matches name, else those of the VirtualService. */
function gatewaysFor(route: SplitRoute): readonly string[] {
  const own = gatewaysOf(route.resource) ?? [];
  const named = route.matches.map((match) =>
    itemsOf(nodeAt(match, "gateways")).flatMap((n) => stringOf(n) ?? []),
  );
  const isNarrowed = named.length > 0 && named.every((names) => names.length > 0);
  return isNarrowed ? [...new Set(named.flat())] : own;
}

function meshPorts(snapshot: Snapshot, { resource, protocol }: SplitRoute): readonly (ListenPort | string)[] {
  return hostsOf(resource).flatMap((text): readonly (ListenPort | string)[] => {
    const { found } = lookUpHost(snapshot, resource, text);
    const [first] = found;
    const ports = first === undefined ? undefined : servicePorts(snapshot, first);
    if (ports === undefined || found.length > 1) return [text];
    const others = first === undefined ? [] : portsOfOthers(first, protocol);
    return ports.filter((port) => !others.includes(port)).map((port) => ({ port, from: first }));
  });
}

/** Ports whose traffic the routes of a protocol do not see: what is not stated, the proxy finds out. */
function portsOfOthers(service: Resource, protocol: Protocol): readonly (number | undefined)[] {
  return protocolsOf(service)
    .filter(
      ({ sort }) => sort !== undefined && (sort === "bytes" || sort === "udp") === (protocol === "http"),
    )
    .map(({ number }) => number);
}

function gatewayPorts(
  snapshot: Snapshot,
  { resource, protocol }: SplitRoute,
  name: string,
): readonly (ListenPort | string)[] {
  const { found } = lookUpGateway(snapshot, resource, name);
  const [first] = found;
  const ports = first === undefined ? undefined : gatewayPortsOf(first, resource, protocol);
  if (ports === undefined || found.length > 1) return [name];
  return ports.map((port) => ({ port, from: first }));
}
