import { nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { isTogether } from "../workspace/scope.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { isAllVisible } from "../workspace/surroundings.ts";
import { servicesOfFlagger } from "./flagger.ts";
import { areSame, type IstioHost, istioHost, mayMeet, namespacesOf } from "./istio-host.ts";
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

/** Fields in which an Argo Rollout names the Services that it works with. */
const ROLLOUT_SERVICES = [
  "canary.stableService",
  "canary.canaryService",
  "canary.pingPong.pingService",
  "canary.pingPong.pongService",
  "blueGreen.activeService",
  "blueGreen.previewService",
];

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
    snapshot
      .find("type", "argoproj.io/Rollout")
      .some((rollout) =>
        ROLLOUT_SERVICES.some((path) => meets(rollout, stringOf(nodeAt(rollout.get("spec.strategy"), path)))),
      ) ||
    snapshot.find("type", "apps/StatefulSet").some((set) => meets(set, stringOf(set.get("spec.serviceName"))))
  );
}

/**
 * The Services, or for a name outside the cluster the ServiceEntries, that are deployed together with `from` where
 * a host would be. Costly: for rules that have found nothing.
 */
export function servicesBeside(snapshot: Snapshot, from: Resource, host: IstioHost): readonly Resource[] {
  const type = host.kind === "service" ? "/Service" : "networking.istio.io/ServiceEntry";
  return snapshot.find("type", type).filter((resource) => {
    if (!isTogether(snapshot, from, resource)) return false;
    return host.kind !== "service" || areSame(namespacesOf(snapshot, resource), host.namespaces);
  });
}
