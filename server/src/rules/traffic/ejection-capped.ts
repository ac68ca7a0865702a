import { setIn } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { field, integerOf, type MapNode, nodeAt, valueOr } from "../../model/node.ts";
import type { Location, Resource } from "../../model/resource.ts";
import { failoversOf } from "../../traffic/failover.ts";
import { ejects, policiesOf } from "../../traffic/policies.ts";
import { defineRule } from "../rule.ts";
import { isPolicyReplaced } from "./policy-written.ts";

/** Envoy's `max_ejection_percent`; Istio does not pass a 0 on. */
const DEFAULT = 10;

export default defineRule<{ readonly outlierDetection: MapNode }>({
  id: "ejection-capped",
  title: "Too few endpoints may be left out for a failover",
  severity: "warning",
  appliesTo: ["networking.istio.io/*/DestinationRule"],
  docs: {
    why: "Outlier detection leaves failing endpoints out, but never more than `maxEjectionPercent` of them, 10 % unless set, counted over all localities together. When a whole site fails, nine of ten of its endpoints stay in, and as long as enough of them count as healthy its requests are not moved: the failover that the DestinationRule asks for does not happen.",
    how: "Set `maxEjectionPercent: 100` where locality failover or `distribute` is configured. A single failing endpoint is left out with any value. With 100, endpoints of the last locality may all be left out as well; where that is worse than errors, set `minHealthPercent`, below which everything is tried again.",
    sources: [
      "https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection",
      "https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/failover/",
      "https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier#ejection-algorithm",
    ],
  },
  check(rule, context) {
    const judged = new Set<MapNode>();
    for (const { policy, outlierDetection } of failoversOf(rule)) {
      if (outlierDetection?.kind !== "map" || judged.has(outlierDetection)) continue;
      judged.add(outlierDetection);
      const written = field(nodeAt(outlierDetection, "maxEjectionPercent"), integerOf);
      const percent = valueOr(written, DEFAULT) || DEFAULT;
      if (written.state === "unknown" || percent >= 100 || !ejects(outlierDetection)) continue;
      if (isPolicyReplaced(context.snapshot, rule, policy)) continue;
      const values = { percent, rest: 100 - percent };
      context.report(
        written.state === "known" ? rule.locate(written.node) : placeOf(rule, outlierDetection),
        written.state === "known" && written.value === percent
          ? t(
              "At most {percent} % of the endpoints of all localities together may be left out, so a locality that holds more never leaves as a whole: when it fails, {rest} % of the endpoints stay in, failed or not. Set maxEjectionPercent: 100.",
              values,
            )
          : t(
              "Unless maxEjectionPercent is set, at most {percent} % of the endpoints of all localities together may be left out: when a locality fails, {rest} % of the endpoints stay in, failed or not, and its requests are not moved. Set maxEjectionPercent: 100.",
              values,
            ),
        { outlierDetection },
        { evidence: [outlierDetection] },
      );
    }
  },
  fixes: [
    {
      id: "allow-all",
      title: () => t("Set maxEjectionPercent to 100: a whole locality may leave"),
      // More endpoints may be left out than before, all of them at the worst: that is for a person to want.
      preferred: false,
      edits: ({ outlierDetection }, { document }) =>
        setIn(document, outlierDetection, ["maxEjectionPercent"], 100),
    },
  ],
});

/** The key of outlier detection in the policy that holds it, which a subset may inherit from. */
function placeOf(rule: Resource, outlierDetection: MapNode): Location {
  const holder = policiesOf(rule).find(({ node }) => nodeAt(node, "outlierDetection") === outlierDetection);
  return holder === undefined ? rule.locate(outlierDetection) : rule.at([...holder.path, "outlierDetection"]);
}
