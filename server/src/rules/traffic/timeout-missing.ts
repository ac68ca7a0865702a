import { t } from "../../model/message.ts";
import { integerOf, nodeAt, present } from "../../model/node.ts";
import { titleOf } from "../../model/resource.ts";
import { secondsOf } from "../../traffic/duration.ts";
import { mayStream } from "../../traffic/streams.ts";
import { nameOfRoute, type SplitRoute } from "../../traffic/weighted-route.ts";
import { defineRouteRule } from "../route-rule.ts";
import { hasDelegate, isReplaced } from "./written.ts";

export default defineRouteRule<"split">({
  id: "timeout-missing",
  title: "Route without a timeout",
  severity: "info",
  kinds: ["split"],
  types: ["networking.istio.io/VirtualService"],
  docs: {
    why: "Istio's timeout for HTTP routes is off unless it is set. When a service hangs instead of failing, its callers hang with it: each waiting request keeps a connection, memory and often a thread, and what calls the callers is next. A timeout turns that into an error that can be retried, counted and answered by a fallback.",
    how: "Set `timeout` on the route, a little above the slowest answer that is still of use. `timeout: 0s` says that none is wanted: then the rule is silent, and so it is where `retries` bound every try, and for WebSocket and gRPC routes, whose streams may last: told by the headers or the path they match, and by the name or `appProtocol` of the destination's port. Only Istio's VirtualServices are judged: what an absent timeout means in the Gateway API is up to each implementation.",
    sources: [
      "https://istio.io/latest/docs/concepts/traffic-management/#timeouts",
      "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute",
      "https://github.com/istio/istio/blob/1.28.0/pilot/pkg/networking/core/route/route.go",
    ],
  },
  check(route, context) {
    const { resource, node, protocol, destinations } = route;
    if (protocol !== "http" || destinations.length === 0 || hasDelegate(route)) return;
    if (present(nodeAt(node, "timeout")) !== undefined || isBounded(route)) return;
    // A fault switches timeouts off: that is another finding, and one is of no use before it is gone.
    if (present(nodeAt(node, "fault")) !== undefined) return;
    if (isReplaced(context.snapshot, resource, "spec.http") || mayStream(context.snapshot, route)) return;
    context.report(
      resource.locate(titleOf(node)),
      t(
        "{route} has no timeout, and Istio sets none: a request to a service that hangs waits until the caller gives up, and holds a connection in every proxy on the way. Set timeout a little above the slowest answer that is still of use.",
        { route: nameOfRoute(route) },
      ),
      undefined,
      { evidence: [node] },
    );
  },
});

/** Whether every try, the first one included, has an end. */
function isBounded({ node }: SplitRoute): boolean {
  const attempts = integerOf(nodeAt(node, "retries.attempts")) ?? 0;
  return attempts > 0 && (secondsOf(nodeAt(node, "retries.perTryTimeout")) ?? 0) > 0;
}
