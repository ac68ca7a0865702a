import { itemsOf, nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { ANY, hostKey, hostsOf } from "../workspace/indexes.ts";
import { isTogether } from "../workspace/scope.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { gatewaysOf } from "./istio.ts";
import {
  type IstioHost,
  istioHost,
  mayIntersect,
  mayMeet,
  type Namespaces,
  namespacesOf,
  onlyOne,
} from "./istio-host.ts";

/** The DestinationRules about a host, as seen by those who use a VirtualService. */
export interface RuleLookup {
  readonly host: IstioHost;
  /** Those that Istio uses, or may use as far as the workspace says. */
  readonly serving: readonly Resource[];
  /** Those about the same host that it does not use here, and why. */
  readonly passedOver: readonly PassedOver[];
  /** DestinationRules whose host a template decides: each may be about this one. */
  readonly unreadable: readonly Resource[];
  /** Namespaces in which Istio looks, in this order; those that the workspace does not tell are left out. */
  readonly lookedIn: readonly string[];
}

/** A DestinationRule that Istio does not use for these clients. */
export interface PassedOver {
  readonly rule: Resource;
  readonly because: /** It is neither in the client's, nor in the service's, nor in the root namespace. */
    | "namespace"
    /** Its `exportTo` leaves out the client's namespace. */
    | "export"
    /** One in the client's own namespace comes first. */
    | "order";
}

/**
 * Looks a host up as Istio does: in the client's namespace, then in the service's among those exported to the
 * client, then in the root namespace; the first hit wins, and all rules of one namespace for one host are merged
 * (istio pilot/pkg/model/push_context.go, destinationRule; destination_rule.go, mergeDestinationRule). The client
 * of a VirtualService bound to the mesh is taken to be in its namespace; that of a gateway may be anywhere.
 */
export function lookUpRules(
  snapshot: Snapshot,
  client: Resource,
  hostText: string,
  rootNamespace: string,
): RuleLookup {
  const clients = namespacesOf(snapshot, client);
  const host = istioHost(hostText, clients);
  const services = serviceNamespaces(snapshot, host);
  const keys = new Set([hostKey(hostText), ANY]);
  const found = [...keys].flatMap((key) => snapshot.find("host", `DestinationRule/${key}`));
  const isUnknown = (rule: Resource) => stringOf(rule.get("spec.host")) === undefined;
  const near = withoutOtherEnvironments(
    snapshot,
    client,
    found.filter((rule) => isUnknown(rule) || hostsMeet(snapshot, rule, host)),
  );
  const onlyMesh = gatewaysOf(client)?.every((gateway) => gateway === "mesh") ?? false;
  const judged = near
    .filter((rule) => !isUnknown(rule))
    .map((rule) => ({
      rule,
      place: placeOf(rule, namespacesOf(snapshot, rule), { clients, services, rootNamespace, onlyMesh }),
    }));
  const hides = onlyMesh && judged.some(({ place }) => place === "client");
  const result = judged.map(({ rule, place }) => ({
    rule,
    because: place === "exported" ? (hides ? ("order" as const) : undefined) : reasonOf(place),
  }));
  const namespaces = [onlyOne(clients), onlyOne(services), rootNamespace];
  return {
    host,
    serving: result.flatMap(({ rule, because }) => (because === undefined ? [rule] : [])),
    passedOver: result.flatMap(({ rule, because }) => (because === undefined ? [] : [{ rule, because }])),
    unreadable: near.filter(isUnknown),
    lookedIn: [...new Set(namespaces.filter((namespace) => namespace !== undefined))],
  };
}

/** The names of a DestinationRule's subsets; undefined when a template or a wrong type decides one. */
export function subsetNames(rule: Resource): ReadonlySet<string> | undefined {
  return rule.derive(readSubsetNames);
}

function readSubsetNames(rule: Resource): ReadonlySet<string> | undefined {
  const names = itemsOf(rule.get("spec.subsets")).map((subset) => stringOf(nodeAt(subset, "name")));
  return names.every((name) => name !== undefined) ? new Set(names) : undefined;
}

/** All subsets of several rules, as far as they can be read. */
export function allSubsets(rules: readonly Resource[]): ReadonlySet<string> {
  const sets = rules.flatMap((rule) => subsetNames(rule) ?? []);
  const [only] = sets;
  return sets.length === 1 && only !== undefined ? only : new Set(sets.flatMap((set) => [...set]));
}

/** Whether a DestinationRule is about many hosts, so that a rule for one of them would come before it. */
export function isForMany(rule: Resource): boolean {
  return stringOf(rule.get("spec.host"))?.startsWith("*") === true;
}

/** Whether a resource's hosts and this one may be the same. */
export function hostsMeet(snapshot: Snapshot, resource: Resource, host: IstioHost): boolean {
  const namespaces = namespacesOf(snapshot, resource);
  return hostsOf(resource).some((text) => mayMeet(istioHost(text, namespaces), host));
}

/**
 * Leaves out what belongs to another environment: where the client is built together with one of them by a
 * kustomization or chart, those built by another one never meet it.
 */
export function withoutOtherEnvironments(
  snapshot: Snapshot,
  client: Resource,
  found: readonly Resource[],
): readonly Resource[] {
  const isBuilt = (resource: Resource) =>
    snapshot.layout.bundlesOf(resource.document.uri).some((bundle) => bundle.kind !== "folder");
  if (!isBuilt(client) || !found.some((resource) => isTogether(snapshot, client, resource))) return found;
  return found.filter((resource) => isTogether(snapshot, client, resource) || !isBuilt(resource));
}

/** Where a Service or ServiceEntry of that host is; undefined when nothing says. */
function serviceNamespaces(snapshot: Snapshot, host: IstioHost): Namespaces {
  if (host.kind === "service") return host.namespaces;
  if (host.kind === "wildcard") return undefined;
  const entries = [hostKey(host.name), ANY].flatMap((key) => snapshot.find("host", `ServiceEntry/${key}`));
  const found = entries.filter((entry) => hostsMeet(snapshot, entry, host));
  const [first] = found;
  return found.length === 1 && first !== undefined ? namespacesOf(snapshot, first) : undefined;
}

interface Seen {
  readonly clients: Namespaces;
  readonly services: Namespaces;
  readonly rootNamespace: string;
  readonly onlyMesh: boolean;
}

/** `client`: found first, for certain. `perhaps`: as far as is known, it may be. `exported`: unless one comes first. */
type Place = "client" | "perhaps" | "exported" | "namespace" | "export";

function placeOf(rule: Resource, own: Namespaces, seen: Seen): Place {
  const namespace = onlyOne(own);
  if (namespace !== undefined && namespace === onlyOne(seen.clients)) {
    // In the root namespace itself, rules of the service's namespace come first.
    return namespace === seen.rootNamespace ? "perhaps" : "client";
  }
  if (mayIntersect(own, seen.clients) || !seen.onlyMesh) return "perhaps";
  const isLookedIn = mayIntersect(own, seen.services) || own?.has(seen.rootNamespace) === true;
  if (!isLookedIn) return "namespace";
  return isExportedTo(rule, seen.clients) ? "exported" : "export";
}

function reasonOf(place: Place): PassedOver["because"] | undefined {
  return place === "namespace" || place === "export" ? place : undefined;
}

/** `exportTo`: absent or `*` is everywhere, `.` the rule's own namespace, which is not the clients' here. */
function isExportedTo(rule: Resource, clients: Namespaces): boolean {
  const targets = itemsOf(rule.get("spec.exportTo")).map(stringOf);
  if (targets.length === 0 || clients === undefined) return true;
  return targets.some((target) => target === undefined || target === "*" || clients.has(target));
}

/**
 * The other VirtualServices for one of the same hosts: on a gateway their routes are merged. A wildcard beside a
 * host that it takes in is another virtual host, whose routes do not count for this one.
 */
export function otherVirtualServices(snapshot: Snapshot, own: Resource): readonly Resource[] {
  const namespaces = namespacesOf(snapshot, own);
  const found = hostsOf(own).flatMap((text) => {
    const host = istioHost(text, namespaces);
    const keys = new Set([hostKey(text), ANY]);
    return [...keys]
      .flatMap((key) => snapshot.find("host", `VirtualService/${key}`))
      .filter((other) => hasHost(snapshot, other, host));
  });
  const others = new Set(found.filter((other) => other !== own));
  return withoutOtherEnvironments(snapshot, own, [...others]);
}

function hasHost(snapshot: Snapshot, resource: Resource, host: IstioHost): boolean {
  const namespaces = namespacesOf(snapshot, resource);
  return itemsOf(resource.get("spec.hosts")).some((node) => {
    const text = stringOf(node);
    if (text === undefined) return true;
    const other = istioHost(text, namespaces);
    if (other.kind !== "wildcard") return host.kind !== "wildcard" && mayMeet(other, host);
    return host.kind === "wildcard" && host.suffix === other.suffix;
  });
}
