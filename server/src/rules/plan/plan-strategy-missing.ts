import { t } from "../../model/message.ts";
import { formatDuration } from "../../recovery/durations.ts";
import { recoveryOf } from "../../recovery/evaluate.ts";
import { known } from "../../recovery/fields.ts";
import type { Plan } from "../../recovery/plan.ts";
import type { RuleContext } from "../rule.ts";
import { definePlanRule, placeOf, placeOfField } from "./plan-rule.ts";

/** Losses that nothing inside a cluster answers: somebody or something has to move what is served. */
const NEEDS_FAILOVER: ReadonlySet<string> = new Set(["Site", "Region"]);

export default definePlanRule({
  id: "plan-strategy-missing",
  title: "Objective that no failover serves",
  severity: "warning",
  docs: {
    why: "An objective without a failover is a wish: when the site is gone, nobody has written down what moves where, in which order and by whom, and no recovery time can be computed.",
    how: "Add a failover whose `serves` names the disruption, with detection, decision and steps. Software and Hardware need none where the plan lists what recovers by itself: `workloads`, whose probes and eviction count, `platforms.vsphere`, whose HA does, and `databases`.",
    sources: [
      "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_planning_for_recovery_disaster_recovery.html",
    ],
  },
  check(plan, context) {
    const { items, complete } = plan.failovers;
    if (!complete || items.some(({ serves }) => !serves.complete)) return;
    checkSelfRecovery(plan, context);
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

/** Promises for a failed process or host, where the plan lists nothing that could recover from it. */
function checkSelfRecovery(plan: Plan, context: RuleContext<void, object>): void {
  const lists = [plan.workloads, plan.vsphere, plan.databases];
  if (lists.some(({ complete }) => !complete)) return;
  for (const { disruption, time } of recoveryOf(plan.resource, context.snapshot)?.objectives ?? []) {
    const { promised, recovery } = time;
    if (NEEDS_FAILOVER.has(disruption) || promised.state !== "known" || recovery !== undefined) continue;
    context.report(
      placeOf(plan, promised.node),
      t(
        "Nothing in the plan recovers from {disruption}, so the promised {promised} are a wish: it lists no workloads or platforms that do so by themselves, and no failover serves it. List them, or add a failover with serves: [{disruption}].",
        { disruption, promised: formatDuration(promised.value) },
      ),
    );
  }
}
