import { t } from "../../model/message.ts";
import { known } from "../../recovery/fields.ts";
import { definePlanRule, placeOfField } from "./plan-rule.ts";

/** Losses that nothing inside a cluster answers: somebody or something has to move what is served. */
const NEEDS_FAILOVER: ReadonlySet<string> = new Set(["Site", "Region"]);

export default definePlanRule({
  id: "plan-strategy-missing",
  title: "Objective that no failover serves",
  severity: "warning",
  docs: {
    why: "An objective without a failover is a wish: when the site is gone, nobody has written down what moves where, in which order and by whom, and no recovery time can be computed.",
    how: "Add a failover whose `serves` names the disruption, with detection, decision and steps. Software and Hardware need none: probes, restarts, replicas and backups answer them.",
    sources: [
      "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_planning_for_recovery_disaster_recovery.html",
    ],
  },
  check(plan, context) {
    const { items, complete } = plan.failovers;
    if (!complete || items.some(({ serves }) => !serves.complete)) return;
    const served = new Set(items.flatMap(({ serves }) => serves.items.map(({ value }) => value)));
    for (const { disruption, node, rto } of plan.objectives.items) {
      const lost = known(disruption);
      if (lost === undefined || !NEEDS_FAILOVER.has(lost) || served.has(lost)) continue;
      if (rto.state === "absent") continue;
      context.report(
        placeOfField(plan, disruption, node),
        t(
          "No failover serves {disruption}, so its recovery time is a wish: nobody has written down what moves where, in which order and by whom. Add a failover with serves: [{disruption}].",
          { disruption: lost },
        ),
      );
    }
  },
});
