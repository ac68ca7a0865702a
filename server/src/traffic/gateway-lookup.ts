import { booleanOf, integerOf, itemsOf, type Node, nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { ANY, hostsOf } from "../workspace/indexes.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { withoutOtherEnvironments } from "./destination-rules.ts";
import { istioHost, mayIntersect, mayMeet, type Namespaces, namespacesOf } from "./istio-host.ts";
import type { Protocol } from "./weighted-route.ts";

/** The Gateway that an entry of `spec.gateways` names. */
export interface GatewayName {
  readonly name: string;
  readonly namespaces: Namespaces;
}

/** What the workspace has for it. */
export interface GatewayLookup extends GatewayName {
  readonly found: readonly Resource[];
  /** Gateways of that name which are certainly in other namespaces. */
  readonly elsewhere: readonly Resource[];
  /** Gateways whose name a template decides. */
  readonly unreadable: readonly Resource[];
}

/** Istio's own Gateway, and the Gateway API's, which a VirtualService may be bound to as well. */
export const GATEWAYS: readonly string[] = [
  "networking.istio.io/Gateway",
  "gateway.networking.k8s.io/Gateway",
];

/**
 * Reads a name of `spec.gateways`: `name` and `./name` are in the VirtualService's own namespace, `ns/name` is in
 * that one, and so is the old form `name.ns.svc.cluster.local` (istio pilot/pkg/model/config.go, resolveGatewayName).
 */
export function gatewayName(text: string, own: Namespaces): GatewayName {
  const slash = text.indexOf("/");
  if (slash >= 0) {
    const namespace = text.slice(0, slash);
    const name = text.slice(slash + 1);
    return { name, namespaces: namespace === "." ? own : new Set([namespace]) };
  }
  const [name = text, namespace] = text.split(".");
  return { name, namespaces: namespace === undefined ? own : new Set([namespace]) };
}

/** Looks up the Gateway that a VirtualService names. */
export function lookUpGateway(snapshot: Snapshot, from: Resource, text: string): GatewayLookup {
  const { name, namespaces } = gatewayName(text, namespacesOf(snapshot, from));
  const all = (key: string) => GATEWAYS.flatMap((type) => snapshot.find("name", `${type}/${key}`));
  const isHere = (gateway: Resource) => mayIntersect(namespacesOf(snapshot, gateway), namespaces);
  const named = all(name);
  return {
    name,
    namespaces,
    found: withoutOtherEnvironments(snapshot, from, named.filter(isHere)),
    elsewhere: named.filter((gateway) => !isHere(gateway)),
    unreadable: all(ANY).filter(isHere),
  };
}

/** Protocols of a server whose requests `http` routes see. */
const HTTP = new Set(["HTTP", "HTTPS", "HTTP2", "GRPC", "GRPC-WEB"]);

/**
 * The ports on which a Gateway takes in what a VirtualService's routes of a protocol are for, those that only redirect
 * to HTTPS left out. Undefined where a template decides one.
 */
export function gatewayPortsOf(
  gateway: Resource,
  route: Resource,
  protocol: Protocol,
): readonly number[] | undefined {
  if (gateway.group !== "networking.istio.io") return undefined;
  const servers = itemsOf(gateway.get("spec.servers")).filter(
    (server) => booleanOf(nodeAt(server, "tls.httpsRedirect")) !== true && isFor(server, route),
  );
  const ports = servers.map((server) => {
    const served = servedBy(server);
    if (served === undefined) return undefined;
    return served === protocol ? [integerOf(nodeAt(server, "port.number"))] : [];
  });
  const flat = ports.flatMap((list) => list ?? [undefined]);
  return flat.every((port) => port !== undefined) ? [...new Set(flat)] : undefined;
}

/** Which routes see what arrives at a server (istio pilot/pkg/networking/core/gateway.go); undefined when unknown. */
function servedBy(server: Node): Protocol | undefined {
  const protocol = stringOf(nodeAt(server, "port.protocol"));
  if (protocol === undefined) return undefined;
  // Neither decrypted nor looked into: TLS is told apart by the name that is asked for.
  if (stringOf(nodeAt(server, "tls.mode")) === "PASSTHROUGH") return "tls";
  return HTTP.has(protocol.toUpperCase()) ? "http" : "tcp";
}

/** Whether a server takes in one of the hosts; `ns/host` limits which VirtualServices it takes in. */
function isFor(server: Node, route: Resource): boolean {
  const hosts = itemsOf(nodeAt(server, "hosts")).map((host) => {
    const text = stringOf(host) ?? "*";
    return istioHost(text.slice(text.indexOf("/") + 1), undefined);
  });
  return hostsOf(route).some((text) => hosts.some((host) => mayMeet(host, istioHost(text, undefined))));
}
