import { itemsOf, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { hostKey, hostsOf } from "../workspace/indexes.ts";
import { isEarlier, isTogether } from "../workspace/scope.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { lookUpGateway } from "./gateway-lookup.ts";
import { gatewaysOf } from "./istio.ts";
import { areSame, istioHost, namespacesOf } from "./istio-host.ts";
import { lookUpHost } from "./service-lookup.ts";
import { splitsOf } from "./weighted-route.ts";

/** Another resource of the same kind and bundle for the same host. */
export interface Rival {
  readonly other: Resource;
  /** The host as `own` writes it. */
  readonly host: string;
}

/**
 * The earlier resources of the kind of `own` (DestinationRule, VirtualService) that are certainly for one of its
 * hosts and are deployed together with it. The same name twice is one resource or a choice, and so are two files
 * of a plain folder that both bring the same Service, DestinationRule or Gateway along; where one of two rivals is a
 * choice among files of the folder, nobody applies it as a whole.
 */
export function rivalsOf(snapshot: Snapshot, own: Resource): readonly Rival[] {
  return hostsOf(own).flatMap((host) => {
    const found = snapshot.find("host", `${own.kind}/${hostKey(host)}`);
    return found
      .filter(
        (other) =>
          isEarlier(other, own) &&
          other.name !== own.name &&
          isTogether(snapshot, own, other) &&
          snapshot.layout.completenessOf(other) === "complete" &&
          hostsOf(other).some((text) => isSameHost(snapshot, [own, host], [other, text])) &&
          !areAlternatives(snapshot, own, other),
      )
      .map((other) => ({ other, host }));
  });
}

type Written = readonly [resource: Resource, host: string];

/** Whether the two hosts are the same whatever namespaces the resources go into. */
function isSameHost(snapshot: Snapshot, [a, left]: Written, [b, right]: Written): boolean {
  const one = istioHost(left, namespacesOf(snapshot, a));
  const two = istioHost(right, namespacesOf(snapshot, b));
  if (one.kind === "service") {
    return two.kind === "service" && one.name === two.name && areSame(one.namespaces, two.namespaces);
  }
  return one.kind === two.kind && left === right;
}

function areAlternatives(snapshot: Snapshot, a: Resource, b: Resource): boolean {
  const left = a.document.uri;
  const right = b.document.uri;
  if (left === right || snapshot.layout.bundlesOf(left).some(({ kind }) => kind !== "folder")) return false;
  if (hasTwin(snapshot, a) || hasTwin(snapshot, b)) return true;
  const files = new Map<string, Set<string>>();
  for (const { type, namespace, name, document } of [...around(snapshot, a), ...around(snapshot, b)]) {
    const key = `${type}/${namespace}/${name}`;
    files.set(key, (files.get(key) ?? new Set()).add(document.uri));
  }
  return [...files.values()].some((uris) => uris.has(left) && uris.has(right));
}

/** Whether another file of the same folder holds a resource of the same name: one of them is applied, not both. */
function hasTwin(snapshot: Snapshot, { type, namespace, name, document }: Resource): boolean {
  const folder = document.uri.slice(0, document.uri.lastIndexOf("/"));
  return snapshot.find("name", `${type}/${name}`).some((other) => {
    const { uri } = other.document;
    const isBeside = uri !== document.uri && uri.slice(0, uri.lastIndexOf("/")) === folder;
    return isBeside && other.namespace === namespace;
  });
}

/** The Services, DestinationRules and Gateways that a resource is about or refers to. */
function around(snapshot: Snapshot, resource: Resource): readonly Resource[] {
  const targets = splitsOf(resource).flatMap(({ destinations }) =>
    destinations.flatMap(({ host }) => (host.state === "known" ? [host.value] : [])),
  );
  const hosts = [...new Set([...hostsOf(resource), ...targets])];
  const services = hosts.flatMap((host) => lookUpHost(snapshot, resource, host).found);
  const rules = hosts.flatMap((host) => snapshot.find("host", `DestinationRule/${hostKey(host)}`));
  const gateways = (gatewaysOf(resource) ?? []).flatMap(
    (name) => lookUpGateway(snapshot, resource, name).found,
  );
  return [...services, ...rules.filter((rule) => rule !== resource), ...gateways];
}

/** The namespaces that a resource exports itself to, as a comparable text: `*` unless it says otherwise. */
export function exportsOf(resource: Resource): string {
  const targets = itemsOf(resource.get("spec.exportTo")).map((node) => stringOf(node) ?? "?");
  const own = targets.map((target) => (target === "." ? (resource.namespace ?? ".") : target));
  return own.length === 0 || own.includes("*") ? "*" : [...new Set(own)].sort().join();
}
