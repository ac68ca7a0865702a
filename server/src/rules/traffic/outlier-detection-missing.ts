import type { DocumentEdit } from "../../fixes/edit.ts";
import { addResource } from "../../fixes/resource-edit.ts";
import { setPath } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { itemsOf, nodeAt, present, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { hostsMeet, lookUpRules } from "../../traffic/destination-rules.ts";
import { leastEndpoints } from "../../traffic/endpoint-count.ts";
import { failoversOf, OUTLIER_DETECTION } from "../../traffic/failover.ts";
import { formatHost } from "../../traffic/istio-host.ts";
import { policiesOf } from "../../traffic/policies.ts";
import { protocolsOf, type TrafficSort } from "../../traffic/port-protocol.ts";
import { lookUpHost } from "../../traffic/service-lookup.ts";
import { formatShare, shorten } from "../../traffic/shares.ts";
import { splitsOf } from "../../traffic/weighted-route.ts";
import { hostKey } from "../../workspace/indexes.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule, type RuleContext } from "../rule.ts";
import { ROOT_NAMESPACE, type RootNamespace } from "./root-namespace.ts";
import { isReplaced } from "./written.ts";

/** The host without outlier detection; undefined where the DestinationRule itself lacks it. */
interface Unguarded {
  readonly host: string | undefined;
}

/** As for failover, but never more than half of the endpoints: nothing else would be left to answer. */
const VALUE = { ...OUTLIER_DETECTION, maxEjectionPercent: 50 };

export default defineRule<Unguarded, RootNamespace>({
  id: "outlier-detection-missing",
  title: "Destination without outlier detection",
  severity: "info",
  appliesTo: ["networking.istio.io/*/DestinationRule", "networking.istio.io/*/VirtualService"],
  needsWholeWorkspace: true,
  options: ROOT_NAMESPACE,
  docs: {
    why: "A readiness probe says that a pod can answer, not that its answers are right: a pod with a broken connection to its database, or behind a broken network path, stays in the endpoints and fails its share of all requests. With outlier detection each proxy leaves such an endpoint out for a while and tries another one.",
    how: "Add `outlierDetection` to the traffic policy. The rule speaks up for a DestinationRule with several subsets or several endpoints, and for a destination of a VirtualService that has several endpoints and no DestinationRule in the workspace. Locality settings without it are `failover-inert`. Leave it out where an error answer is no sign of a failing pod.",
    sources: [
      "https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection",
      "https://istio.io/latest/docs/tasks/traffic-management/circuit-breaking/",
      "https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier",
    ],
  },
  check(resource, context) {
    if (resource.kind === "DestinationRule") checkRule(resource, context);
    else checkDestinations(resource, context);
  },
  fixes: [
    {
      id: "add-outlier-detection",
      title: ({ host }) =>
        host === undefined
          ? t("Add outlierDetection: out for 30 s after 5 errors in a row, half of the endpoints at most")
          : t("Add a DestinationRule with outlierDetection for {host}", { host }),
      // From now on endpoints that answer with errors are left out: that is for a person to want.
      preferred: false,
      edits: ({ host }, resource) =>
        host === undefined
          ? setPath(resource, "spec.trafficPolicy.outlierDetection", VALUE)
          : ruleFor(resource, host),
    },
  ],
});

type Context = RuleContext<Unguarded, RootNamespace>;

function checkRule(rule: Resource, context: Context): void {
  const { snapshot } = context;
  const text = stringOf(rule.get("spec.host"));
  if (text === undefined || text.startsWith("*") || failoversOf(rule).length > 0) return;
  const paths = ["spec.host", "spec.trafficPolicy", "spec.subsets"];
  if (paths.some((path) => isReplaced(snapshot, rule, path))) return;
  const open = unguardedSubsets(rule);
  if (open === undefined || isGuardedElsewhere(snapshot, rule, text)) return;
  const { host, found } = lookUpHost(snapshot, rule, text);
  const message = messageFor(formatHost(host), open, leastEndpoints(snapshot, found), sortOf(found));
  if (message === undefined) return;
  context.report(rule.at("spec.trafficPolicy.outlierDetection"), message, { host: undefined });
}

/** What the proxies see of a host: connections only where each of its ports says so, nothing to judge for UDP. */
type Sort = "requests" | "connections" | "nothing";

function sortOf(found: readonly Resource[]): Sort {
  const sorts = new Set(found.flatMap(protocolsOf).map(({ sort }) => sort));
  const isOnly = (...wanted: readonly TrafficSort[]) =>
    sorts.size > 0 && [...sorts].every((sort) => sort !== undefined && wanted.includes(sort));
  if (isOnly("udp")) return "nothing";
  return isOnly("bytes", "udp") ? "connections" : "requests";
}

function messageFor(
  host: string,
  subsets: readonly string[],
  count: number,
  sort: Sort,
): Message | undefined {
  if (sort === "nothing") return undefined;
  if (sort === "connections" && count > 1) {
    return t(
      "{host} has {count} endpoints and no outlierDetection: one that refuses connections but still passes its readiness probe keeps getting about {share} of them. Add outlierDetection: for TCP it counts connections that fail.",
      { host, count, share: formatShare(1 / count) },
    );
  }
  if (count > 1) {
    return t(
      "{host} has {count} endpoints and no outlierDetection: one that answers with errors but still passes its readiness probe keeps getting about {share} of the requests. Add outlierDetection.",
      { host, count, share: formatShare(1 / count) },
    );
  }
  if (subsets.length < 2) return undefined;
  if (sort === "connections")
    return t(
      "{host} has {count} subsets and no outlierDetection for {subsets}: a pod that refuses connections but still passes its readiness probe keeps getting its share of them. Add outlierDetection: for TCP it counts connections that fail.",
      { host, count: subsets.length, subsets: shorten(subsets) },
    );
  return t(
    "{host} has {count} subsets and no outlierDetection for {subsets}: a pod that answers with errors but still passes its readiness probe keeps getting its share of the requests. Add outlierDetection.",
    { host, count: subsets.length, subsets: shorten(subsets) },
  );
}

/** The subsets without it, neither their own nor the host's; undefined where there is none, or some have it. */
function unguardedSubsets(rule: Resource): readonly string[] | undefined {
  const isGuarded = policiesOf(rule).some(
    (policy) => present(nodeAt(policy.node, "outlierDetection")) !== undefined,
  );
  if (isGuarded) return undefined;
  return itemsOf(rule.get("spec.subsets")).map((subset) => stringOf(nodeAt(subset, "name")) ?? "?");
}

/** Another DestinationRule for the host that has it: Istio merges them, or takes that one. */
function isGuardedElsewhere(snapshot: Snapshot, rule: Resource, text: string): boolean {
  const { host } = lookUpHost(snapshot, rule, text);
  return snapshot
    .find("host", `DestinationRule/${hostKey(text)}`)
    .some(
      (other) => other !== rule && hostsMeet(snapshot, other, host) && unguardedSubsets(other) === undefined,
    );
}

function checkDestinations(resource: Resource, context: Context): void {
  const { snapshot, options } = context;
  const seen = new Set<string>();
  for (const route of splitsOf(resource)) {
    if (isReplaced(snapshot, resource, `spec.${route.protocol}`)) continue;
    for (const { host, subset } of route.destinations) {
      // A subset without a DestinationRule is another matter.
      if (host.state !== "known" || subset.state !== "absent" || seen.has(host.value)) continue;
      seen.add(host.value);
      const rules = lookUpRules(snapshot, resource, host.value, options.rootNamespace);
      if (rules.serving.length + rules.passedOver.length + rules.unreadable.length > 0) continue;
      const { found } = lookUpHost(snapshot, resource, host.value);
      const count = leastEndpoints(snapshot, found);
      const sort = route.protocol === "http" ? sortOf(found) : "connections";
      if (count < 2 || sort === "nothing") continue;
      context.report(
        resource.locate(host.node),
        withoutRule(formatHost(rules.host), count, sort),
        { host: host.value },
        { evidence: [host.node] },
      );
    }
  }
}

function withoutRule(host: string, count: number, sort: Sort): Message {
  const values = { host, count, share: formatShare(1 / count) };
  return sort === "connections"
    ? t(
        "{host} has {count} endpoints and no DestinationRule in this workspace, so no outlierDetection: one that refuses connections but still passes its readiness probe keeps getting about {share} of them. Add a DestinationRule with outlierDetection: for TCP it counts connections that fail.",
        values,
      )
    : t(
        "{host} has {count} endpoints and no DestinationRule in this workspace, so no outlierDetection: one that answers with errors but still passes its readiness probe keeps getting about {share} of the requests. Add a DestinationRule with outlierDetection.",
        values,
      );
}

function ruleFor(resource: Resource, host: string): readonly DocumentEdit[] | undefined {
  const edit = addResource(resource, {
    apiVersion: resource.apiVersion,
    kind: "DestinationRule",
    metadata: {
      name: host.split(".")[0] ?? host,
      ...(resource.namespace === undefined ? {} : { namespace: resource.namespace }),
    },
    spec: { host, trafficPolicy: { outlierDetection: VALUE } },
  });
  return edit === undefined ? undefined : [edit];
}
