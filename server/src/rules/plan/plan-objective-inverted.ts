import { t } from "../../model/message.ts";
import { formatDuration } from "../../recovery/durations.ts";
import { known } from "../../recovery/fields.ts";
import type { Disruption, Objective, Plan } from "../../recovery/plan.ts";
import { definePlanRule, placeOfField } from "./plan-rule.ts";

/** From the frequent and small to the rare and large. Software is not among them: only backups help against corruption. */
const BY_SIZE: readonly Disruption[] = ["Hardware", "Site", "Region"];

export default definePlanRule({
  id: "plan-objective-inverted",
  title: "Frequent failure with a looser target than a rare one",
  severity: "warning",
  docs: {
    why: "Disks and hosts fail every few months, sites every few years, regions hardly ever; and what survives the loss of a site survives the loss of a host as well. A target for the small failure that is looser than the one for the large failure is a mistake in one of the two, or money spent on the rarer case.",
    how: "Let the targets grow from Hardware over Site to Region. Software (corruption, a bad release) stands apart, since replicas do not help against it.",
    sources: [
      "https://docs.aws.amazon.com/resilience-hub/latest/userguide/resiliency-policies.html",
      "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_planning_for_recovery_objective_defined_recovery.html",
    ],
  },
  check(plan, context) {
    for (const target of ["rpo", "rto"] as const) {
      const objectives = BY_SIZE.map((disruption) => objectiveFor(plan, disruption, target));
      objectives.forEach((small, i) => {
        const mine = small && known(small[target]);
        if (small === undefined || mine === undefined || small[target].state !== "known") return;
        const larger = objectives.slice(i + 1).find((other) => {
          const theirs = other && known(other[target]);
          return theirs !== undefined && theirs < mine;
        });
        const theirs = larger && known(larger[target]);
        if (larger === undefined || theirs === undefined) return;
        context.report(
          placeOfField(plan, small[target], small.node),
          t(
            "{target} {mine} after the failure {small}, but {theirs} after the rarer and larger failure {large}, which includes it. Tighten the first or loosen the second.",
            {
              target: target.toUpperCase(),
              mine: formatDuration(mine),
              theirs: formatDuration(theirs),
              small: known(small.disruption) ?? "",
              large: known(larger.disruption) ?? "",
            },
          ),
        );
      });
    }
  },
});

/** The first that states the target: one disruption may have an objective for each of the two. */
function objectiveFor(plan: Plan, disruption: Disruption, target: "rpo" | "rto"): Objective | undefined {
  return plan.objectives.items.find(
    (objective) => known(objective.disruption) === disruption && objective[target].state !== "absent",
  );
}
