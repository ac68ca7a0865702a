import { stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { ANY, hostsOf } from "../workspace/indexes.ts";
import { isTogether } from "../workspace/scope.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { isAllVisible } from "../workspace/surroundings.ts";
import { servicesOfFlagger } from "./flagger.ts";
import { areSame, type IstioHost, istioHost, mayMeet, namespacesOf } from "./istio-host.ts";
import { servicePairsOf } from "./rollout-services.ts";
import type { HostLookup } from "./service-lookup.ts";

/**
 * Whether a host that was not found may still be there: something deployed with `from` is not in the workspace, a
 * template decides names, a controller makes Services, or another resource counts on the same name.
 */
export function mayBeElsewhere(
  snapshot: Snapshot,
  from: Resource,
  text: string,
  lookup: HostLookup,
): boolean {
  const { host, unreadable } = lookup;
  if (unreadable.length > 0 || host.kind === "wildcard" || isOutsideCluster(text)) return true;
  const { uri } = from.document;
  if (snapshot.layout.isOpen(uri) || snapshot.layout.isRenamed(uri) || !isAllVisible(snapshot, from))
    return true;
  if (host.kind === "name") return isInCluster(text);
  return isExpected(snapshot, host);
}

/** Names that other clusters of the fleet answer (Multi-Cluster Services API, old multi-cluster Istio). */
function isOutsideCluster(text: string): boolean {
  return text.endsWith(".clusterset.local") || text.endsWith(".global") || /^[\d.]+$|:/.test(text);
}

/** `web-0.web.shop.svc.cluster.local`: a pod behind a headless Service. */
function isInCluster(text: string): boolean {
  return /\.svc(?:\.|$)/.test(text) && text.split(".").length > 4;
}

/** Whether some resource brings the Service, or counts on it as well, so that it is kept elsewhere. */
function isExpected(snapshot: Snapshot, host: Extract<IstioHost, { kind: "service" }>): boolean {
  const meets = (resource: Resource, name: string | undefined) =>
    name !== undefined && mayMeet(istioHost(name, namespacesOf(snapshot, resource)), host);
  // What Istio runs for a Gateway or a waypoint of the Gateway API.
  if (/-(?:istio|waypoint)$/.test(host.name)) return true;
  return (
    snapshot
      .find("type", "flagger.app/Canary")
      .some((canary) => servicesOfFlagger(canary).some((name) => meets(canary, name))) ||
    snapshot.find("type", "argoproj.io/Rollout").some((rollout) =>
      servicePairsOf(rollout)
        .flatMap(({ first, second }) => [first.name, second.name])
        .some((name) => meets(rollout, name.state === "known" ? name.value : undefined)),
    ) ||
    snapshot
      .find("name", `apps/StatefulSet/${host.name}`)
      .some((set) => meets(set, stringOf(set.get("spec.serviceName"))))
  );
}

/**
 * The Services that are deployed together with `from` in the namespaces where a host would be, or for a name
 * outside the cluster the ServiceEntries. Costly: for what is found to be missing.
 */
export function servicesBeside(snapshot: Snapshot, from: Resource, host: IstioHost): readonly Resource[] {
  if (host.kind !== "service") {
    const entries = snapshot.find("type", "networking.istio.io/ServiceEntry");
    return entries.filter((entry) => isTogether(snapshot, from, entry));
  }
  return [...(host.namespaces ?? []), ANY]
    .flatMap((namespace) => snapshot.find("serviceNamespace", namespace))
    .filter((service) => isBeside(snapshot, from, service, host));
}

/**
 * The Services deployed together with `from`, where `host` would be, to which it belongs by name: the one that a
 * VirtualService itself is about, or one that is called `orders` where `orders-next` is asked for. Routes of a
 * gateway lead to Services of other teams and repositories as well, so others prove nothing.
 */
export function familyOf(snapshot: Snapshot, from: Resource, host: IstioHost): readonly Resource[] {
  if (host.kind !== "service") return servicesBeside(snapshot, from, host);
  const parts = host.name.split("-").slice(0, -1);
  const names = [
    ...hostsOf(from).flatMap((text) => (text.includes("*") ? [] : (text.split(".")[0] ?? []))),
    ...parts.map((_, i) => parts.slice(0, i + 1).join("-")),
  ];
  return [...new Set(names)]
    .flatMap((name) => snapshot.find("name", `/Service/${name}`))
    .filter((service) => isBeside(snapshot, from, service, host));
}

function isBeside(snapshot: Snapshot, from: Resource, service: Resource, host: IstioHost): boolean {
  if (host.kind !== "service" || !isTogether(snapshot, from, service)) return false;
  return areSame(namespacesOf(snapshot, service), host.namespaces);
}
