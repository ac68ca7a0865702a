import { itemsOf, type Node, nodeAt, type Path, present, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";

/** Records of DNS that a controller makes of a manifest: external-dns, or k8gb. */
export interface DnsRecords {
  /** As DNS compares them: in small letters, without the dot at the end. */
  readonly names: readonly string[];
  /** Their time to live as written; undefined when nothing is written. */
  readonly ttl: Node | undefined;
  /** Where it is written, or would be. */
  readonly path: Path;
  readonly by: "endpoint" | "gslb" | "annotation";
  /** The entry of a DNSEndpoint, else the resource. */
  readonly node: Node;
}

/** Prefixes of external-dns' annotations: today's, and the one of the releases before (source/annotations/annotations.go). */
const PREFIXES = ["external-dns.alpha.kubernetes.io/", "external-dns.kubernetes.io/"] as const;

/** Types whose annotations external-dns reads, by where they name hosts (external-dns, source/). */
const HOSTS: Readonly<Record<string, (resource: Resource) => readonly string[]>> = {
  "/Service": () => [],
  "networking.k8s.io/Ingress": (resource) => [
    ...hostsIn(resource.get("spec.rules")),
    ...itemsOf(resource.get("spec.tls")).flatMap((tls) => textsIn(nodeAt(tls, "hosts"))),
  ],
  "gateway.networking.k8s.io/HTTPRoute": (resource) => textsIn(resource.get("spec.hostnames")),
  "gateway.networking.k8s.io/GRPCRoute": (resource) => textsIn(resource.get("spec.hostnames")),
  "gateway.networking.k8s.io/TLSRoute": (resource) => textsIn(resource.get("spec.hostnames")),
  // Its hosts may have the namespace of the services in front: `prod/app.example.com`.
  "networking.istio.io/Gateway": (resource) =>
    itemsOf(resource.get("spec.servers")).flatMap((server) =>
      textsIn(nodeAt(server, "hosts")).map((host) => host.slice(host.lastIndexOf("/") + 1)),
    ),
  "networking.istio.io/VirtualService": (resource) => textsIn(resource.get("spec.hosts")),
};

const GSLB = new Set(["k8gb.absa.oss/Gslb", "k8gb.io/Gslb"]);

/** The records that controllers make of a resource, in the order of the text. */
export function dnsRecordsOf(resource: Resource): readonly DnsRecords[] {
  return resource.derive(readRecords);
}

function readRecords(resource: Resource): readonly DnsRecords[] {
  if (resource.type === "externaldns.k8s.io/DNSEndpoint") return ofEndpoint(resource);
  if (GSLB.has(resource.type)) {
    const path = "spec.strategy.dnsTtlSeconds";
    const names = canonical(hostsIn(resource.get("spec.ingress.rules")));
    return [{ names, ttl: present(resource.get(path)), path, by: "gslb", node: resource.root }];
  }
  const hosts = Object.hasOwn(HOSTS, resource.type) ? HOSTS[resource.type] : undefined;
  return hosts === undefined ? [] : PREFIXES.flatMap((prefix) => ofAnnotations(resource, prefix, hosts));
}

function ofEndpoint(resource: Resource): readonly DnsRecords[] {
  return itemsOf(resource.get("spec.endpoints")).map((node) => ({
    names: canonical([stringOf(nodeAt(node, "dnsName")) ?? ""]),
    ttl: present(nodeAt(node, "recordTTL")),
    path: "spec.endpoints",
    by: "endpoint",
    node,
  }));
}

/** The hosts of the resource and those of its annotations, with the one time to live that counts for all of them. */
function ofAnnotations(
  resource: Resource,
  prefix: string,
  hosts: (resource: Resource) => readonly string[],
): readonly DnsRecords[] {
  const path = ["metadata", "annotations", `${prefix}ttl`];
  const ttl = present(resource.get(path));
  const controller = resource.annotation(`${prefix}controller`);
  // Another program makes the records of these.
  if (controller !== undefined && controller !== "dns-controller") return [];
  const annotated = ["hostname", "internal-hostname"].flatMap(
    (name) => resource.annotation(prefix + name)?.split(",") ?? [],
  );
  if (ttl === undefined && annotated.length === 0 && prefix !== PREFIXES[0]) return [];
  const names = canonical([...hosts(resource), ...annotated]);
  return names.length === 0 ? [] : [{ names, ttl, path, by: "annotation", node: resource.root }];
}

function hostsIn(rules: Node | undefined): readonly string[] {
  return itemsOf(rules).flatMap((rule) => stringOf(nodeAt(rule, "host")) ?? []);
}

function textsIn(list: Node | undefined): readonly string[] {
  return itemsOf(list).flatMap((item) => stringOf(item) ?? []);
}

function canonical(names: readonly string[]): readonly string[] {
  return [...new Set(names.map(dnsName))].filter((name) => name !== "");
}

/** Names of DNS know no capitals, and may end in a dot. */
export function dnsName(text: string): string {
  return text.trim().toLowerCase().replace(/\.$/, "");
}
