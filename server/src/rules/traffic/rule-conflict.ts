import { t } from "../../model/message.ts";
import { rivalsOf } from "../../traffic/rivals.ts";
import { defineRule } from "../rule.ts";
import { conflictOfRules } from "./destination-rule-conflict.ts";
import { conflictOfServices } from "./virtual-service-conflict.ts";
import { isReplaced } from "./written.ts";

export default defineRule({
  id: "rule-conflict",
  title: "Two rules of the mesh for one host",
  severity: "warning",
  appliesTo: ["networking.istio.io/*/VirtualService", "networking.istio.io/*/DestinationRule"],
  needsWholeWorkspace: true,
  docs: {
    why: "Two VirtualServices or DestinationRules for one host are both accepted, and part of what they say is dropped without a word. Inside the mesh only the VirtualService that was created first counts. On a gateway the routes of several are merged in an order that is not defined. Of two DestinationRules the subsets are put together, but only the older trafficPolicy counts, and only the older of two subsets of one name. A change that works in the test cluster fails in the next one, because things were created there in another order.",
    how: "Keep one DestinationRule per host and namespace, and one VirtualService per host; on gateways split by path, so that no two routes take the same request. One route for everything beside others for paths is fine: Istio puts it last. Only what is deployed together is compared (same kustomization, else same folder), so overlays never clash; the same name twice, and files that each bring their own copy of a Service, are alternatives and left alone.",
    sources: [
      "https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services",
      "https://istio.io/latest/docs/reference/config/analysis/ist0109/",
      "https://github.com/istio/istio/blob/1.28.0/pilot/pkg/model/destination_rule.go",
      "https://github.com/istio/istio/blob/1.28.0/pilot/pkg/networking/core/httproute.go",
      "https://github.com/istio/istio/blob/1.28.0/pilot/pkg/networking/core/gateway.go",
    ],
  },
  check(resource, context) {
    const { snapshot } = context;
    const isRule = resource.kind === "DestinationRule";
    const parts = isRule ? ["spec.host", "spec.trafficPolicy", "spec.subsets"] : ["spec.hosts", "spec.http"];
    const isOpen = (one: typeof resource) => parts.some((path) => isReplaced(snapshot, one, path));
    if (isOpen(resource)) return;
    for (const rival of rivalsOf(snapshot, resource)) {
      if (isOpen(rival.other)) continue;
      const conflict = isRule
        ? conflictOfRules(snapshot, resource, rival)
        : conflictOfServices(snapshot, resource, rival);
      if (conflict === undefined) continue;
      context.report(conflict.at, conflict.message, undefined, {
        related: [{ location: conflict.other, message: t("The other one for this host") }],
      });
      return;
    }
  },
});
