import { type Message, t } from "../../model/message.ts";
import { type Node, nodeAt, present, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { hostsMeet, withoutOtherEnvironments } from "../../traffic/destination-rules.ts";
import { type Failover, failoversOf, partsOf } from "../../traffic/failover.ts";
import { istioHost, namespacesOf } from "../../traffic/istio-host.ts";
import { shorten } from "../../traffic/shares.ts";
import { hostKey, hostsOf } from "../../workspace/indexes.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";
import { hasUnknown, isReplaced } from "./written.ts";

export default defineRule({
  id: "standby-missing",
  title: "ServiceEntry with nothing to fail over to",
  severity: "warning",
  appliesTo: ["networking.istio.io/*/ServiceEntry"],
  docs: {
    why: "A ServiceEntry brings machines into the mesh, and a failover moves the traffic among its endpoints. With a single machine there is no other one: its loss, its reboot and its update are outages, whatever the DestinationRule says about failover. An endpoint without a `locality` has no place in a failover by region: Istio does not take it for the standby of any site.",
    how: "Add the address of the standby, and write the `locality` (region/zone) of each endpoint. Judged are entries of the mesh itself (`location: MESH_INTERNAL`) with one fixed address, and any entry whose host a DestinationRule gives a failover by locality. A single address outside the mesh is often a load balancer and left alone. Endpoints that a `workloadSelector` finds are not counted here.",
    sources: [
      "https://istio.io/latest/docs/reference/config/networking/service-entry/",
      "https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/failover/",
      "https://github.com/istio/istio/blob/1.28.0/pilot/pkg/networking/core/loadbalancer/loadbalancer.go",
    ],
  },
  check(resource, context) {
    const { snapshot } = context;
    const list = resource.get("spec.endpoints");
    if (list?.kind !== "seq" || resource.get("spec.workloadSelector") !== undefined) return;
    if (list.items.some(hasUnknown) || isReplaced(snapshot, resource, "spec")) return;
    const failovers = failoversFor(snapshot, resource);
    const [only] = list.items;
    if (only !== undefined && list.items.length === 1) {
      const message = single(resource, only, failovers);
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

function single(resource: Resource, endpoint: Node, failovers: readonly Failover[]): Message | undefined {
  const values = { address: addressOf(endpoint), host: hostsOf(resource)[0] ?? "" };
  const [failover] = failovers;
  if (failover !== undefined) {
    return t(
      "{host} has 1 endpoint ({address}), but its DestinationRule asks for a failover: there is nothing to fail over to, and the loss of that machine is an outage. Add the standby's endpoint.",
      values,
    );
  }
  const isMachine =
    stringOf(resource.get("spec.location")) === "MESH_INTERNAL" &&
    stringOf(resource.get("spec.resolution")) === "STATIC";
  if (!isMachine) return undefined;
  return t(
    "{host} has 1 endpoint ({address}): the loss, the reboot or the update of that machine is an outage. Add a second one.",
    values,
  );
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
