import { type Message, t } from "../../model/message.ts";
import { gatewayApiRoutes } from "../../traffic/gateway-api.ts";
import { sharesOf } from "../../traffic/shares.ts";
import type { Protocol } from "../../traffic/weighted-route.ts";
import { defineRouteRule } from "../route-rule.ts";
import { isConditional, isReplaced } from "./written.ts";

export default defineRouteRule<"split">({
  id: "httproute-no-traffic",
  title: "Route of the Gateway API whose backends all have weight 0",
  severity: "error",
  kinds: ["split"],
  types: gatewayApiRoutes,
  judges: ["complete", "patch", "template"],
  docs: {
    why: "In the Gateway API a backend of weight 0 gets nothing, even when it is the only one of its rule. With no other backend nothing takes the requests of the rule: gateways answer HTTP 500 (gRPC: UNAVAILABLE) or refuse the connection. Istio's VirtualService does the opposite, where a single destination gets everything whatever its weight, so manifests that were moved from one to the other break.",
    how: "Give the backend that is to serve a weight above 0, or leave the weight out: it is 1 then. To stop the traffic on purpose, remove the rule or answer with a filter.",
    sources: [
      "https://gateway-api.sigs.k8s.io/reference/spec/#backendref",
      "https://github.com/kubernetes-sigs/gateway-api/blob/v1.4.0/apis/v1/shared_types.go",
      "https://github.com/istio/istio/blob/1.28.0/pilot/pkg/config/kube/gateway/conversion.go",
    ],
  },
  check(route, context) {
    const { resource, destinations } = route;
    if (destinations.length === 0 || route.list?.items.length !== destinations.length) return;
    const shares = sharesOf(route);
    if (shares.state !== "shared" || shares.total !== 0) return;
    if (isConditional(resource, route.node, route.listKey)) return;
    if (isReplaced(context.snapshot, resource, "spec.rules")) return;
    const weights = destinations.flatMap(({ weight }) => (weight.state === "known" ? [weight.node] : []));
    const [first] = weights;
    if (first === undefined) return;
    const only = destinations.length === 1;
    const name = only && destinations[0]?.host.state === "known" ? destinations[0].host.value : "";
    const effect = [effectOn(route.protocol)];
    context.report(
      only ? resource.locate(first) : resource.at([...route.path, route.listKey]),
      only
        ? t(
            "{name} is the only backend of this rule and has weight 0, so {effect}: in the Gateway API 0 means no traffic, even for a single backend. Remove the weight or set it above 0.",
            { name, effect },
          )
        : t(
            "All {count} backends of this rule have weight 0, so {effect}. Give the one that is to serve a weight above 0.",
            { count: destinations.length, effect },
          ),
      undefined,
      { evidence: weights },
    );
  },
});

/** What becomes of what arrives: only HTTP has answers that say so. */
function effectOn(protocol: Protocol): Message {
  switch (protocol) {
    case "http":
      return t("100 % of its requests fail (HTTP 500 at most gateways)");
    case "grpc":
      return t("100 % of its requests fail (UNAVAILABLE at most gateways)");
    default:
      return t("100 % of its connections are refused or closed");
  }
}
