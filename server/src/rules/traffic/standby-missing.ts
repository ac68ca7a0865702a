import { type Message, t } from "../../model/message.ts";
import { itemsOf, type Node, nodeAt, present, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { known } from "../../recovery/fields.ts";
import { plansOf } from "../../recovery/plan-scope.ts";
import { hostsMeet, withoutOtherEnvironments } from "../../traffic/destination-rules.ts";
import { type Failover, failoversOf, partsOf } from "../../traffic/failover.ts";
import { istioHost, namespacesOf } from "../../traffic/istio-host.ts";
import { lookUpHost } from "../../traffic/service-lookup.ts";
import { formatShare, sharesOf, shorten } from "../../traffic/shares.ts";
import { type SplitRoute, splitsOf } from "../../traffic/weighted-route.ts";
import { hostKey, hostsOf } from "../../workspace/indexes.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";
import { hasUnknown, isReplaced } from "./written.ts";

export default defineRule({
  id: "standby-missing",
  title: "ServiceEntry with nothing to fail over to",
  severity: "warning",
  appliesTo: ["networking.istio.io/*/ServiceEntry"],
  needsWholeWorkspace: true,
  docs: {
    why: "A ServiceEntry brings machines into the mesh, and a failover moves the traffic among its endpoints. With a single machine there is no other one: its loss, its reboot and its update are outages, whatever the DestinationRule says about failover. An endpoint without a `locality` has no place in a failover by region: Istio does not take it for the standby of any site.",
    how: "Add the address of the standby, and write the `locality` (region/zone) of each endpoint. Judged are entries of the mesh itself (`location: MESH_INTERNAL`) with one fixed address, any entry whose host a DestinationRule gives a failover by locality, and those that a recovery plan moves traffic from or to, or, where they have no address at all, a weighted route shares its traffic with. A single address outside the mesh is often a load balancer and left alone. Endpoints that a `workloadSelector` finds are not counted here.",
    sources: [
      "https://istio.io/latest/docs/reference/config/networking/service-entry/",
      "https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/failover/",
      "https://github.com/istio/istio/blob/1.28.0/pilot/pkg/networking/core/loadbalancer/loadbalancer.go",
    ],
  },
  check(resource, context) {
    const { snapshot } = context;
    const list = resource.get("spec.endpoints");
    if (resource.get("spec.workloadSelector") !== undefined || isReplaced(snapshot, resource, "spec")) return;
    const leg = legOf(snapshot, resource);
    if (isStatic(resource) && itemsOf(list).length === 0) {
      const message = list === undefined || list.kind === "seq" ? empty(snapshot, resource, leg) : undefined;
      if (message !== undefined) context.report(resource.at("spec.endpoints"), message);
      return;
    }
    if (list?.kind !== "seq" || list.items.some(hasUnknown)) return;
    const failovers = failoversFor(snapshot, resource);
    const [only] = list.items;
    if (only !== undefined && list.items.length === 1) {
      const message = single(resource, only, failovers, leg);
      if (message !== undefined)
        context.report(resource.at("spec.endpoints"), message, undefined, { evidence: [list] });
      return;
    }
    const byRegion = failovers.find(({ kind }) => kind === "failover" || kind === "distribute");
    if (byRegion === undefined) return;
    list.items.forEach((endpoint, i) => {
      if (hasLocality(endpoint)) return;
      context.report(
        resource.at(["spec", "endpoints", i]),
        t(
          "Endpoint {address} has no locality, but the traffic of this host is shared out by locality ({parts}): it counts as the standby of no site. Write its region and zone.",
          { address: addressOf(endpoint), parts: shorten(partsOf(byRegion)) },
        ),
        undefined,
        { evidence: [list] },
      );
    });
  },
});

/** The locality settings of the DestinationRules for one of the entry's hosts. */
function failoversFor(snapshot: Snapshot, entry: Resource): readonly Failover[] {
  const namespaces = namespacesOf(snapshot, entry);
  return hostsOf(entry).flatMap((text) => {
    const host = istioHost(text, namespaces);
    const rules = snapshot
      .find("host", `DestinationRule/${hostKey(text)}`)
      .filter((rule) => hostsMeet(snapshot, rule, host));
    return withoutOtherEnvironments(snapshot, entry, rules)
      .filter((rule) => !isReplaced(snapshot, rule, "spec.trafficPolicy"))
      .flatMap((rule) => failoversOf(rule));
  });
}

/** Of fixed addresses there is none: what a plan or a route sends to the host is refused. */
function empty(snapshot: Snapshot, entry: Resource, leg: Leg | undefined): Message | undefined {
  if (leg !== undefined)
    return t(
      "The recovery plan {plan} moves traffic between {host} and another host, but {host} has no endpoint: whatever is sent there is refused. Add the addresses of its machines.",
      leg,
    );
  const routed = routedLegOf(snapshot, entry);
  return (
    routed &&
    t(
      "VirtualService {route} shares its traffic between {host} and another host, but {host} has no endpoint: {share} of a route is refused. Add the addresses of its machines.",
      routed,
    )
  );
}

/** One of the legs of a weighted route that is certainly this host. Costly: for an entry that has no endpoint. */
function routedLegOf(snapshot: Snapshot, entry: Resource) {
  const keys = new Set(hostsOf(entry).map(hostKey));
  for (const service of snapshot.find("type", "networking.istio.io/VirtualService")) {
    for (const route of splitsOf(service)) {
      const at = route.destinations.findIndex(
        ({ host }) => host.state === "known" && keys.has(hostKey(host.value)),
      );
      const leg = route.destinations[at]?.host;
      const share = leg?.state === "known" ? shareOf(route, at) : undefined;
      if (leg?.state !== "known" || share === undefined || share <= 0 || share >= 1) continue;
      if (isReplaced(snapshot, service, `spec.${route.protocol}`)) continue;
      if (isCertainly(snapshot, service, leg.value, entry))
        return { route: service.name ?? "", host: leg.value, share: formatShare(share) };
    }
  }
  return undefined;
}

function shareOf(route: SplitRoute, at: number): number | undefined {
  const shares = sharesOf(route);
  return shares.state === "shared" ? shares.parts[at] : undefined;
}

/** Whether nothing but the entry may answer for the host. */
function isCertainly(snapshot: Snapshot, from: Resource, host: string, entry: Resource): boolean {
  const { found, unreadable } = lookUpHost(snapshot, from, host);
  return unreadable.length === 0 && found.length === 1 && found[0] === entry;
}

function single(
  resource: Resource,
  endpoint: Node,
  failovers: readonly Failover[],
  leg: Leg | undefined,
): Message | undefined {
  const values = { address: addressOf(endpoint), host: hostsOf(resource)[0] ?? "" };
  const [failover] = failovers;
  if (failover !== undefined) {
    return t(
      "{host} has 1 endpoint ({address}), but its DestinationRule asks for a failover: there is nothing to fail over to, and the loss of that machine is an outage. Add the standby's endpoint.",
      values,
    );
  }
  const isMachine = stringOf(resource.get("spec.location")) === "MESH_INTERNAL" && isStatic(resource);
  if (leg !== undefined && isStatic(resource))
    return t(
      "{host} has 1 endpoint ({address}), and the recovery plan {plan} moves traffic between it and another host: the loss of that one machine is a failover, or leaves nothing to fail over to. Add a second one.",
      { ...values, plan: leg.plan },
    );
  if (!isMachine) return undefined;
  return t(
    "{host} has 1 endpoint ({address}): the loss, the reboot or the update of that machine is an outage. Add a second one.",
    values,
  );
}

/** A host that a recovery plan moves traffic from or to. */
type Leg = { readonly plan: string; readonly host: string };

/** The plan that counts on one of the entry's hosts. A name without a dot is that of a service of any namespace. */
function legOf(snapshot: Snapshot, entry: Resource): Leg | undefined {
  const hosts = hostsOf(entry);
  return plansOf(snapshot)
    .flatMap(({ resource, strategies }) =>
      strategies.items.flatMap(({ fromHost, toHost }) =>
        [known(fromHost), known(toHost)].flatMap((leg) => {
          const host = hosts.find(
            (each) => each === leg || (leg !== undefined && !leg.includes(".") && hostKey(each) === leg),
          );
          return host === undefined ? [] : [{ plan: resource.name ?? "", host }];
        }),
      ),
    )
    .at(0);
}

function isStatic(entry: Resource): boolean {
  return stringOf(entry.get("spec.resolution")) === "STATIC";
}

function addressOf(endpoint: Node): string {
  return stringOf(nodeAt(endpoint, "address")) ?? "?";
}

/** Written as a field, or as the label that Istio reads where the field is absent. */
function hasLocality(endpoint: Node): boolean {
  return (
    present(nodeAt(endpoint, "locality")) !== undefined ||
    present(nodeAt(endpoint, ["labels", "istio-locality"])) !== undefined
  );
}
