import { type Message, t } from "../../model/message.ts";
import type { Node } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { type HashKey, hashFor, hashKeyOf } from "../../traffic/consistent-hash.ts";
import { lookUpRules } from "../../traffic/destination-rules.ts";
import { gatewaysOf } from "../../traffic/istio.ts";
import { areSame, type IstioHost, namespacesOf } from "../../traffic/istio-host.ts";
import { formatShare, labelsOf, sharesOf, shorten } from "../../traffic/shares.ts";
import type { SplitRoute } from "../../traffic/weighted-route.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRouteRule } from "../route-rule.ts";
import { ROOT_NAMESPACE, type RootNamespace } from "./root-namespace.ts";
import { isReplaced } from "./written.ts";

export default defineRouteRule<"split", void, RootNamespace>({
  id: "affinity-split",
  title: "Session affinity across a weighted split",
  severity: "warning",
  kinds: ["split"],
  types: ["networking.istio.io/VirtualService"],
  needsWholeWorkspace: true,
  options: ROOT_NAMESPACE,
  docs: {
    why: "`consistentHash` in a DestinationRule keeps a user on one pod: for a session in memory, a cache, an upload in parts. But a weighted route chooses the destination first, at random and anew for every request, and only then does the hash choose a pod within it. So the same user meets both versions in turn, and the session that was started on one of them is not known to the other.",
    how: "Choose the version by something that the user keeps: a `match` on a header or cookie in front of the weighted route, or a canary by users instead of by requests. Or keep the session where both versions find it, and say so with a `nines-ignore` comment. Routes where one destination gets everything are left alone, so the two ends of a blue/green switch are fine.",
    sources: [
      "https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB",
      "https://github.com/istio/istio/blob/1.28.0/pilot/pkg/networking/core/route/route.go",
      "https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-weightedcluster",
    ],
  },
  check(route, context) {
    const { snapshot, options } = context;
    const { resource } = route;
    const shares = sharesOf(route);
    if (route.protocol !== "http" || shares.state !== "shared") return;
    if (shares.parts.filter((part) => part > 0).length < 2) return;
    if (isReplaced(snapshot, resource, "spec.http")) return;
    const found = hashOf(snapshot, route, shares.parts, options.rootNamespace);
    if (found === undefined) return;
    const labels = labelsOf(route);
    const split = shares.parts.flatMap((part, i) => (part > 0 ? [`${labels[i]} ${formatShare(part)}`] : []));
    const changes = 1 - shares.parts.reduce((sum, part) => sum + part * part, 0);
    context.report(
      resource.at([...route.path, route.listKey]),
      messageOf(found.key, shorten(split), formatShare(changes)),
      undefined,
      {
        evidence: [route.node],
        related: [
          { location: found.rule.locate(found.hash), message: t("The hash that keeps a user on one pod") },
        ],
      },
    );
  },
});

interface Found {
  readonly rule: Resource;
  readonly hash: Node;
  readonly key: HashKey;
}

/** The first hash by which one of the destinations in use keeps its clients. */
function hashOf(
  snapshot: Snapshot,
  { resource, destinations }: SplitRoute,
  parts: readonly number[],
  rootNamespace: string,
): Found | undefined {
  for (const [i, destination] of destinations.entries()) {
    const { host } = destination;
    if (host.state !== "known" || (parts[i] ?? 0) === 0) continue;
    const lookup = lookUpRules(snapshot, resource, host.value, rootNamespace);
    for (const rule of lookup.serving.filter((one) => isCertain(snapshot, resource, one, lookup.host))) {
      const hash = hashFor(rule, destination);
      const key = hash === undefined ? undefined : hashKeyOf(hash);
      if (hash === undefined || key === undefined) continue;
      const isOpen = ["spec.trafficPolicy", "spec.subsets"].some((path) => isReplaced(snapshot, rule, path));
      if (!isOpen && snapshot.layout.completenessOf(rule) === "complete") return { rule, hash, key };
    }
  }
  return undefined;
}

/** Whether Istio looks at a rule for certain: that of the service's namespace, or of callers known to be beside it. */
function isCertain(snapshot: Snapshot, resource: Resource, rule: Resource, host: IstioHost): boolean {
  const own = namespacesOf(snapshot, rule);
  if (host.kind === "service" && areSame(own, host.namespaces)) return true;
  const isForMesh = gatewaysOf(resource)?.every((gateway) => gateway === "mesh") === true;
  return isForMesh && areSame(own, namespacesOf(snapshot, resource));
}

function messageOf(key: HashKey, split: string, changes: string): Message {
  const values = { split, changes, name: key.kind === "address" ? "" : key.name };
  switch (key.kind) {
    case "cookie":
      return t(
        "The destination is drawn for every request ({split}) before the hash of cookie {name} counts, so it keeps a user on one pod but not on one version: in {changes} of all cases two requests in a row of one user reach different versions. Choose the version by a match.",
        values,
      );
    case "header":
      return t(
        "The destination is drawn for every request ({split}) before the hash of header {name} counts, so it keeps a user on one pod but not on one version: in {changes} of all cases two requests in a row of one user reach different versions. Choose the version by a match.",
        values,
      );
    case "query":
      return t(
        "The destination is drawn for every request ({split}) before the hash of query parameter {name} counts, so it keeps a user on one pod but not on one version: in {changes} of all cases two requests in a row of one user reach different versions. Choose the version by a match.",
        values,
      );
    case "address":
      return t(
        "The destination is drawn for every request ({split}) before the hash of the client's address counts, so it keeps a user on one pod but not on one version: in {changes} of all cases two requests in a row of one user reach different versions. Choose the version by a match.",
        values,
      );
  }
}
