import { t } from "../../model/message.ts";
import { known } from "../../recovery/fields.ts";
import { definePlanRule } from "./plan-rule.ts";

export default definePlanRule({
  id: "plan-traffic-sum",
  title: "Traffic shares of the sites do not add up to 100",
  severity: "error",
  docs: {
    why: "The shares say how much each site serves in daily work, and from them follows what the others must take over. Shares that add up to something else describe no system: part of the traffic is served nowhere, or twice, and everything that is derived from them is wrong.",
    how: "Correct the shares. A witness serves nothing and needs none; a remote site that only waits has `trafficPercent: 0`.",
    sources: [
      "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_planning_for_recovery_disaster_recovery.html",
    ],
  },
  check(plan, context) {
    const { items, complete } = plan.sites;
    const shares = items.map(({ trafficPercent }) => known(trafficPercent));
    const given = shares.filter((share) => share !== undefined);
    if (given.length === 0 || items.some(({ trafficPercent }) => trafficPercent.state === "unknown")) return;
    const sum = given.reduce((total, share) => total + share, 0);
    // One that is left out may have what is missing, but never less than nothing.
    const isOpen =
      !complete ||
      items.some(({ role, trafficPercent }) => {
        return trafficPercent.state === "absent" && known(role) !== "Witness";
      });
    if (Math.abs(sum - 100) < 0.01 || (isOpen && sum < 100)) return;
    const total = Math.round(sum * 100) / 100;
    context.report(
      plan.resource.at("spec.sites"),
      sum > 100
        ? t(
            "The sites' traffic shares add up to {total} %: {over} % is counted twice, and what each site must take over is wrong. They must add up to 100 %.",
            { total, over: Math.round((sum - 100) * 100) / 100 },
          )
        : t(
            "The sites' traffic shares add up to {total} %: {missing} % of the traffic is served by no site. They must add up to 100 %.",
            { total, missing: Math.round((100 - sum) * 100) / 100 },
          ),
    );
  },
});
