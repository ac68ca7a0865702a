import { itemsOf, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { ANY, hostKey } from "../workspace/indexes.ts";
import { isTogether } from "../workspace/scope.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { hostsMeet, withoutOtherEnvironments } from "./destination-rules.ts";
import {
  areSame,
  type IstioHost,
  istioHost,
  mayIntersect,
  type Namespaces,
  namespacesOf,
} from "./istio-host.ts";

/** What the workspace has for a host. */
export interface HostLookup {
  readonly host: IstioHost;
  /** The Services and ServiceEntries that are this host, or may be as far as namespaces are known. */
  readonly found: readonly Resource[];
  /** Services of that name which are certainly in other namespaces. */
  readonly elsewhere: readonly Resource[];
  /** Services and ServiceEntries whose name or host a template decides: each may be this one. */
  readonly unreadable: readonly Resource[];
}

const SERVICE = "/Service";
const ENTRY = "networking.istio.io/ServiceEntry";

/**
 * Looks up a host that stands in `from`: Istio knows Services by `name.namespace.svc.<cluster domain>`, and the
 * hosts of ServiceEntries as they are written (istio pilot/pkg/serviceregistry). What is built by another overlay
 * or chart than `from` is left out.
 */
export function lookUpHost(snapshot: Snapshot, from: Resource, text: string): HostLookup {
  const host = istioHost(text, namespacesOf(snapshot, from));
  const services = host.kind === "service" ? snapshot.find("name", `${SERVICE}/${host.name}`) : [];
  const isHere = (service: Resource) =>
    host.kind === "service" && mayIntersect(namespacesOf(snapshot, service), host.namespaces);
  const entries = entriesFor(snapshot, text).filter((entry) => hostsMeet(snapshot, entry, host));
  const isRead = (entry: Resource) =>
    itemsOf(entry.get("spec.hosts")).every((node) => stringOf(node) !== undefined);
  const nameless = host.kind === "service" ? snapshot.find("name", `${SERVICE}/${ANY}`).filter(isHere) : [];
  const found = [...services.filter(isHere), ...entries.filter(isRead)];
  return {
    host,
    found: withoutOtherEnvironments(snapshot, from, found),
    elsewhere: services.filter((service) => !isHere(service)),
    unreadable: [...nameless, ...entries.filter((entry) => !isRead(entry))],
  };
}

function entriesFor(snapshot: Snapshot, text: string): readonly Resource[] {
  const keys = new Set([hostKey(text), ANY]);
  return [...new Set([...keys].flatMap((key) => snapshot.find("host", `ServiceEntry/${key}`)))];
}

/**
 * Whether one of those found is certainly the host: of the same namespaces, deployed together with `from`, or a
 * ServiceEntry for that very name. Else all of them may be for other namespaces.
 */
export function isCertain(snapshot: Snapshot, from: Resource, { host, found }: HostLookup): boolean {
  return found.some((resource) => {
    if (isEntry(resource) || isTogether(snapshot, from, resource)) return true;
    return host.kind === "service" && areSame(namespacesOf(snapshot, resource), host.namespaces);
  });
}

/** Whether a resource is a ServiceEntry, rather than a Service. */
export function isEntry(resource: Resource): boolean {
  return resource.type === ENTRY;
}

/**
 * Whether clients in these namespaces may see a Service or ServiceEntry: `exportTo`, of a Service the annotation
 * `networking.istio.io/exportTo`; absent or `*` is everywhere, `.` its own namespace, `~` nowhere.
 */
export function isVisibleTo(snapshot: Snapshot, resource: Resource, clients: Namespaces): boolean {
  const targets = isEntry(resource)
    ? itemsOf(resource.get("spec.exportTo")).map(stringOf)
    : (resource.annotation("networking.istio.io/exportTo")?.split(",") ?? []).map((part) => part.trim());
  if (targets.length === 0 || clients === undefined) return true;
  return targets.some((target) => {
    if (target === undefined || target === "*" || clients.has(target)) return true;
    return target === "." && mayIntersect(namespacesOf(snapshot, resource), clients);
  });
}
