import { t } from "../../model/message.ts";
import { formatDuration } from "../../recovery/durations.ts";
import { known } from "../../recovery/fields.ts";
import { definePlanRule, placeOf, placeOfField } from "./plan-rule.ts";

const DAY = 86_400;

export default definePlanRule<void, { readonly maximumDays: number }>({
  id: "plan-undrilled",
  title: "Recovery plan that nobody has tried out",
  severity: "warning",
  options: {
    maximumDays: {
      default: 365,
      minimum: 1,
      description: "Days between two drills where the plan states no interval.",
    },
  },
  docs: {
    why: "Plans go stale: machines are renamed, certificates expire, volumes grow, people leave. What a plan promises is an estimate until a drill has shown it, and most plans that were never tried fail at the first attempt, which then is the real one.",
    how: "Run a test failover (Azure Site Recovery and Veeam call it so) into an isolated network, measure the steps, write the date into `drills.lastTested` and the measured times into the steps (`measured`).",
    sources: [
      "https://learn.microsoft.com/azure/site-recovery/site-recovery-test-failover-to-azure",
      "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_planning_for_recovery_dr_tested.html",
    ],
  },
  check(plan, context) {
    if (plan.drills === undefined) {
      // Something else than a map stands there: that is said elsewhere.
      if (plan.resource.get("spec.drills") !== undefined || plan.spec === undefined) return;
      context.report(
        plan.resource.at("spec.drills"),
        t(
          "Nothing says that this plan was ever tried out, so its times are guesses. Run a test failover and write its date into drills.lastTested.",
        ),
      );
      return;
    }
    const { lastTested, interval, node } = plan.drills;
    if (lastTested.state === "absent") {
      context.report(
        placeOf(plan, node),
        t(
          "The drills have an interval but no date: nothing says that this plan was ever tried out, so its times are guesses. Run a test failover and write its date into drills.lastTested.",
        ),
      );
      return;
    }
    const tested = dateOf(known(lastTested));
    const allowed = interval.state === "absent" ? context.options.maximumDays * DAY : known(interval);
    if (tested === undefined || allowed === undefined || allowed <= 0 || context.now === undefined) return;
    const age = Math.floor((context.now - tested) / 1000 / DAY) * DAY;
    // Where the day begins earlier, it is tomorrow already.
    if (age < -DAY) {
      context.report(
        placeOfField(plan, lastTested, node),
        t(
          "The last drill is in {wait}, so it has not taken place: nothing says that this plan was ever tried out, and its times are guesses. Write the date of a drill that was done.",
          { wait: formatDuration(-age) },
        ),
      );
      return;
    }
    if (age <= allowed) return;
    context.report(
      placeOfField(plan, lastTested, node),
      t(
        "The last drill was {age} ago, and one is due every {interval}: nobody knows whether the plan still works. Run a test failover.",
        { age: formatDuration(age), interval: formatDuration(allowed) },
      ),
    );
  },
});

/** Midnight (UTC) of a date such as `2025-09-01`, in milliseconds; undefined when it is none. */
function dateOf(text: string | undefined): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?$/.exec(text ?? "") ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  // 31 February would become a day of March.
  return date.getUTCDate() === Number(day) && date.getUTCMonth() === Number(month) - 1
    ? date.getTime()
    : undefined;
}
