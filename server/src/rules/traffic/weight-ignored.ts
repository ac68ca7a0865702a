import { removeEntry } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { labelsOf } from "../../traffic/shares.ts";
import type { Destination } from "../../traffic/weighted-route.ts";
import { defineRouteRule } from "../route-rule.ts";
import { isConditional, isReplaced } from "./written.ts";

export default defineRouteRule<"split", { readonly destination: Destination; readonly weight: number }>({
  id: "weight-ignored",
  title: "Weight of a single destination has no effect",
  severity: "warning",
  kinds: ["split"],
  types: ["networking.istio.io/VirtualService"],
  judges: ["complete", "patch", "template"],
  docs: {
    why: "Istio looks at weights only when a route has several destinations. A single one gets everything, even with weight 0: who lowers the weight to drain it drains nothing, and who wrote 95 has lost the destination that should get the other 5.",
    how: "Add the destination that gets the rest, or remove the weight. To stop the traffic to a single destination, route it elsewhere. The Gateway API does the opposite: a single backend with weight 0 gets no traffic.",
    sources: [
      "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination",
      "https://github.com/istio/istio/blob/1.28.0/pilot/pkg/networking/core/route/route.go",
    ],
  },
  check(route, context) {
    const { resource, destinations } = route;
    const [destination, second] = destinations;
    if (destination === undefined || second !== undefined || route.list?.items.length !== 1) return;
    const { weight } = destination;
    // A negative weight is refused, which is another matter (weights-sum).
    if (weight.state !== "known" || weight.value === 100 || weight.value < 0) return;
    if (isConditional(resource, route.node, route.listKey)) return;
    if (isReplaced(context.snapshot, resource, `spec.${route.protocol}`)) return;
    const name = labelsOf(route)[0] ?? "";
    context.report(
      resource.locate(weight.node),
      weight.value === 0
        ? t(
            "{name} is the only destination of this route, so it gets 100 % of the traffic although its weight is 0.",
            {
              name,
            },
          )
        : t(
            "{name} is the only destination of this route, so it gets 100 % of the traffic; its weight of {weight} has no effect.",
            { name, weight: weight.value },
          ),
      { destination, weight: weight.value },
    );
  },
  fixes: [
    {
      id: "remove-weight",
      title: () => t("Remove the weight: all traffic stays where it is"),
      // Who wrote 0 wanted no traffic here; that is for a person to see, not to be tidied away.
      preferred: ({ weight }) => weight !== 0,
      edits: ({ destination }, { resource }) => {
        const edit = removeEntry(resource.document, destination.node, "weight");
        return edit === undefined ? undefined : [edit];
      },
    },
  ],
});
