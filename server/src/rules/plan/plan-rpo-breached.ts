import { type Message, t } from "../../model/message.ts";
import { itemName } from "../../recovery/data-items.ts";
import { formatDuration } from "../../recovery/durations.ts";
import { type ObjectiveRecovery, recoveryOf } from "../../recovery/evaluate.ts";
import { partTexts } from "../../recovery/figures.ts";
import { leavesOf } from "../../recovery/term.ts";
import { isLossCertain } from "./certainty.ts";
import { definePlanRule, placeOf } from "./plan-rule.ts";
import { assumedIn } from "./sentences.ts";
import { notStrict } from "./strictness.ts";

export default definePlanRule({
  id: "plan-rpo-breached",
  title: "More data is lost than the plan promises",
  severity: "error",
  needsWholeWorkspace: true,
  docs: {
    why: "What is lost is everything written since the newest copy that survives. A backup every hour that runs for 12 minutes and is copied away in 10 loses up to 82 minutes: the disruption comes just before the next one is safe. Copies at the same site do not survive the loss of the site, those in the same city not that of the region, and replicas copy corruption with everything else.",
    how: "Run the backup or the replication more often, make it faster, or add a copy that follows more closely (a log archive, an asynchronous replica). Where a run takes longer than its interval, the next one is left out, and the interval counts twice. The loss of a single host is not judged: storage usually survives it.",
    sources: [
      "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_planning_for_recovery_objective_defined_recovery.html",
      "https://www.postgresql.org/docs/current/continuous-archiving.html",
      "https://velero.io/docs/main/api-types/schedule/",
    ],
  },
  check(plan, context) {
    const recovery = recoveryOf(plan.resource, context.snapshot);
    for (const objective of recovery?.objectives ?? []) {
      const { disruption, loss } = objective;
      const { promised, verdict } = loss;
      if (disruption === "Hardware" || verdict !== "breached" || promised.state !== "known") continue;
      // A replica that does not wait for commits says so itself.
      if (promised.value === 0 && notStrict(objective).length > 0) continue;
      const message = messageOf(objective, promised.value);
      if (message === undefined) continue;
      const severity = isLossCertain(loss, promised.value) ? "error" : "warning";
      context.report(placeOf(plan, promised.node), message, undefined, { severity });
    }
  },
});

function messageOf({ disruption, loss }: ObjectiveRecovery, promised: number): Message | undefined {
  // What no copy survives has a finding of its own.
  const worst = loss.recovery.items
    .filter(({ copy, estimate }) => copy !== undefined && estimate.worst > promised)
    .reduce<(typeof loss.recovery.items)[number] | undefined>(
      (most, each) => (most === undefined || each.estimate.worst > most.estimate.worst ? each : most),
      undefined,
    );
  if (worst?.copy === undefined) return undefined;
  const values = {
    disruption,
    promised: formatDuration(promised),
    item: [itemName(worst.item)],
    copy: worst.copy.name,
  };
  if (!Number.isFinite(worst.estimate.worst))
    return t(
      "{disruption} RPO promised {promised}, but the best copy of {item} that survives, “{copy}”, is never made: its schedule is stopped, or names a day that never comes. Correct it, or add another copy.",
      values,
    );
  const cheapest = loss.improvements.slice(0, 3).map(({ title }) => title);
  const more = {
    ...values,
    total: formatDuration(worst.estimate.worst),
    parts: partTexts(leavesOf([worst.copy.term])),
    assumed: assumedIn([worst.copy.term], worst.notes),
  };
  return cheapest.length === 0
    ? t(
        "{disruption} RPO promised {promised}; the best copy of {item} that survives, “{copy}”, may be {total} old: {parts}. Copy more often or faster, or promise {total}.{assumed}",
        more,
      )
    : t(
        "{disruption} RPO promised {promised}; the best copy of {item} that survives, “{copy}”, may be {total} old: {parts}. Cheapest: {cheapest}.{assumed}",
        { ...more, cheapest },
      );
}
