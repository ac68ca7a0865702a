import type { Resource } from "../model/resource.ts";
import type { Snapshot } from "../workspace/snapshot.ts";

/** Namespaces a resource may end up in; undefined when nothing in the workspace limits them. */
export type Namespaces = ReadonlySet<string> | undefined;

/** What a host in an Istio resource stands for. */
export type IstioHost =
  /** A Kubernetes Service: a short name, or `name.namespace.svc.<cluster domain>`. */
  | { readonly kind: "service"; readonly name: string; readonly namespaces: Namespaces }
  /** Any other full name: of a ServiceEntry, of a host outside. */
  | { readonly kind: "name"; readonly name: string }
  /** `*.shop.svc.cluster.local`; `suffix` is what follows the star, empty for `*` alone. */
  | { readonly kind: "wildcard"; readonly suffix: string };

const SERVICE = /^([^.*]+)\.([^.*]+)\.svc\.(.+)$/;

/**
 * Reads a host that stands in a resource which may be in these namespaces. Without a dot it is a Service of the
 * resource's own namespace, whoever the caller is. With any dot it is taken as it is: `web.shop` is not Service
 * `web` of namespace `shop` (istio pilot/pkg/model/config.go, ResolveShortnameToFQDN).
 */
export function istioHost(text: string, namespaces: Namespaces): IstioHost {
  if (text.startsWith("*")) return { kind: "wildcard", suffix: text.slice(1) };
  if (!text.includes(".")) return { kind: "service", name: text, namespaces };
  const [, name, namespace] = SERVICE.exec(text) ?? [];
  if (name === undefined || namespace === undefined) return { kind: "name", name: text };
  return { kind: "service", name, namespaces: new Set([namespace]) };
}

/** Whether the two may be about one host: equal, or a wildcard that takes in the other. */
export function mayMeet(a: IstioHost, b: IstioHost): boolean {
  if (a.kind === "wildcard") return namesOf(b).some((name) => endsLike(name, a.suffix));
  if (b.kind === "wildcard") return mayMeet(b, a);
  if (a.kind === "service" && b.kind === "service") {
    return a.name === b.name && mayIntersect(a.namespaces, b.namespaces);
  }
  return a.kind === b.kind && a.name === b.name;
}

/** Whether the resource that one set belongs to and that of the other may meet in a namespace. */
export function mayIntersect(a: Namespaces, b: Namespaces): boolean {
  return a === undefined || b === undefined || [...a].some((namespace) => b.has(namespace));
}

/** Whether two resources certainly go into the same namespaces; two that name none are applied alike. */
export function areSame(a: Namespaces, b: Namespaces): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.size === b.size && [...a].every((namespace) => b.has(namespace));
}

/** The host in full for messages; a short name where the namespace is open. */
export function formatHost(host: IstioHost): string {
  if (host.kind === "wildcard") return `*${host.suffix}`;
  if (host.kind === "name") return host.name;
  const only = onlyOne(host.namespaces);
  return only === undefined ? host.name : `${host.name}.${only}.svc.cluster.local`;
}

/** The namespace, when there is exactly one that it can be. */
export function onlyOne(namespaces: Namespaces): string | undefined {
  return namespaces?.size === 1 ? [...namespaces][0] : undefined;
}

/** The namespaces that kustomizations give a resource, else its own. */
export function namespacesOf(snapshot: Snapshot, resource: Resource): Namespaces {
  const found = new Set<string>();
  for (const bundle of snapshot.layout.bundlesOf(resource.document.uri)) {
    const namespace = bundle.namespace ?? resource.namespace;
    if (namespace === undefined) return undefined;
    found.add(namespace);
  }
  return found;
}

/** Full names a host may have; where the namespace is open only what follows it is known. */
function namesOf(host: IstioHost): readonly string[] {
  if (host.kind === "wildcard") return [host.suffix];
  if (host.kind === "name") return [host.name];
  if (host.namespaces === undefined) return [".svc.cluster.local"];
  return [...host.namespaces].map((namespace) => `${host.name}.${namespace}.svc.cluster.local`);
}

/** Where only the end of the name is known, a longer suffix may fit too. */
function endsLike(name: string, suffix: string): boolean {
  return name.endsWith(suffix) || (name.startsWith(".") && suffix.endsWith(name));
}
