import { type Message, t } from "../../model/message.ts";
import type { Node } from "../../model/node.ts";
import { nodeAt, present, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { gatewayApiRoutes } from "../../traffic/gateway-api.ts";
import { namespacesOf, onlyOne } from "../../traffic/istio-host.ts";
import { isGranted } from "../../traffic/reference-grant.ts";
import { type HostLookup, lookUpHost } from "../../traffic/service-lookup.ts";
import { formatShare, sharesOf } from "../../traffic/shares.ts";
import type { Destination, Protocol, SplitRoute } from "../../traffic/weighted-route.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { isAllVisible } from "../../workspace/surroundings.ts";
import { defineRouteRule } from "../route-rule.ts";
import { missingOf } from "./destination-verdict.ts";
import { isReplaced } from "./written.ts";

interface Verdict {
  readonly at: Node;
  readonly message: Message;
  readonly severity: "error" | "warning";
}

export default defineRouteRule<"split">({
  id: "backend-unknown",
  title: "Backend of the Gateway API that is not there or not granted",
  severity: "warning",
  kinds: ["split"],
  types: gatewayApiRoutes,
  needsWholeWorkspace: true,
  inCluster: ["/Service", "gateway.networking.k8s.io/ReferenceGrant"],
  docs: {
    why: "A backend that is no Service of its namespace does not drop out of the split: its share of the requests fails (HTTP 500, gRPC UNAVAILABLE). The same happens to a Service of another namespace as long as no ReferenceGrant over there allows it (error): the route stays accepted, with `ResolvedRefs: False` in its status, where nobody looks.",
    how: "Correct the name, say the `namespace` of a Service elsewhere, and add a ReferenceGrant in the Service's namespace that names the kind and the namespace of the route. The finding stands only where a Service of the same namespace is a slip of the pen away, or the one that it belongs to by name is deployed together with the route; a missing grant only where the Service itself is in the workspace and everything deployed with it is visible. Backends of other kinds (ServiceImport, buckets) are left alone.",
    sources: [
      "https://gateway-api.sigs.k8s.io/reference/spec/#httpbackendref",
      "https://gateway-api.sigs.k8s.io/api-types/referencegrant/",
      "https://github.com/kubernetes-sigs/gateway-api/blob/v1.4.0/apis/v1/httproute_types.go",
    ],
  },
  check(route, context) {
    const { snapshot } = context;
    const { resource } = route;
    if (isReplaced(snapshot, resource, "spec.rules")) return;
    const shares = sharesOf(route);
    // Where all weights are 0, nothing at all is served: that is another finding.
    if (shares.state !== "shared" || shares.total === 0) return;
    route.destinations.forEach((destination, i) => {
      const share = shares.parts[i] ?? 0;
      const verdict = verdictOf(snapshot, route, destination, share);
      if (verdict === undefined) return;
      context.report(resource.locate(verdict.at), verdict.message, undefined, {
        severity: verdict.severity,
        evidence: [destination.node],
      });
    });
  },
});

function verdictOf(
  snapshot: Snapshot,
  { resource: from, protocol }: SplitRoute,
  destination: Destination,
  share: number,
): Verdict | undefined {
  const { host, namespace } = destination;
  if (!isService(destination) || host.state !== "known" || namespace.state === "unknown") return undefined;
  // A name with a dot is no Service's.
  if (host.value === "" || host.value.includes(".")) return undefined;
  const there = namespace.state === "known" ? namespace.value : undefined;
  const text = there === undefined ? host.value : `${host.value}.${there}.svc.cluster.local`;
  const lookup = lookUpHost(snapshot, from, text);
  const values = { name: host.value, effect: [effectOf(share, protocol)] };
  if (lookup.found.length === 0) return notFound(snapshot, from, host.node, text, lookup, values);
  if (there === undefined || namespace.state !== "known") return undefined;
  return notGranted(snapshot, from, lookup, { at: namespace.node, there, share, ...values });
}

/** A core Service, which is what a backend is unless it says otherwise. */
function isService({ node }: Destination): boolean {
  const group = present(nodeAt(node, "group"));
  const kind = present(nodeAt(node, "kind"));
  return (
    (group === undefined || stringOf(group) === "") && (kind === undefined || stringOf(kind) === "Service")
  );
}

/** What a sentence says about a backend: its name, and what becomes of its requests. */
type Said = { readonly name: string; readonly effect: readonly Message[] };

/** Only HTTP and gRPC have answers that say so; of others connections are refused or closed. */
function effectOf(share: number, protocol: Protocol): Message {
  const values = { share: formatShare(share) };
  if (share === 0) return t("with weight 0 nothing fails yet, but will as soon as the weight is raised");
  if (protocol === "http") return t("{share} of this rule's requests fail (HTTP 500)", values);
  if (protocol === "grpc") return t("{share} of this rule's requests fail (UNAVAILABLE)", values);
  return t("{share} of this rule's connections fail", values);
}

function notFound(
  snapshot: Snapshot,
  from: Resource,
  at: Node,
  text: string,
  lookup: HostLookup,
  values: Said,
): Verdict | undefined {
  const missing = missingOf(snapshot, from, text, lookup);
  if (missing?.kind === "namespace") {
    return {
      at,
      severity: "warning",
      message: t(
        "Service {name} is in namespace {there}, but a backend without a namespace is looked for in {here}: {effect}. Add namespace: {there}, and a ReferenceGrant there.",
        { ...values, there: missing.there, here: missing.here },
      ),
    };
  }
  if (missing?.kind !== "nowhere") return undefined;
  const near = missing.near?.split(".")[0];
  return {
    at,
    severity: "warning",
    message:
      near === undefined
        ? t(
            "No Service in this workspace is {name}. Unless it is kept elsewhere, {effect}. Correct the name or add the Service.",
            values,
          )
        : t(
            "No Service in this workspace is {name}; the closest name is {near}. Unless it is kept elsewhere, {effect}. Correct the name or add the Service.",
            { ...values, near },
          ),
  };
}

function notGranted(
  snapshot: Snapshot,
  from: Resource,
  { found }: HostLookup,
  {
    at,
    there,
    share,
    ...values
  }: Said & { readonly at: Node; readonly there: string; readonly share: number },
): Verdict | undefined {
  const here = onlyOne(namespacesOf(snapshot, from));
  if (here === undefined || here === there) return undefined;
  const isSeen = found.every(
    (service) =>
      service.type === "/Service" &&
      onlyOne(namespacesOf(snapshot, service)) === there &&
      isAllVisible(snapshot, service),
  );
  if (!isSeen || isGranted(snapshot, from, here, { namespace: there, name: values.name })) return undefined;
  return {
    at,
    severity: share === 0 ? "warning" : "error",
    message: t(
      "No ReferenceGrant in namespace {there} lets a {kind} of namespace {here} use Service {name}: {effect}. Add one in {there}.",
      { kind: from.kind, here, there, ...values },
    ),
  };
}
