import { t } from "../../model/message.ts";
import { known } from "../../recovery/fields.ts";
import type { FailoverStep } from "../../recovery/plan-failover.ts";
import { circlesOf } from "./circles.ts";
import { definePlanRule, placeOf } from "./plan-rule.ts";

/** Longer circles are cut in the message. */
const SHOWN = 8;

export default definePlanRule({
  id: "plan-order-cycle",
  title: "Recovery steps that wait for each other",
  severity: "error",
  docs: {
    why: "A step starts when all steps in its `after` are done. Steps that wait for each other in a circle never start, nor does anything behind them: the failover hangs, and its recovery time is endless.",
    how: "Remove one of the waits. Steps without `after` start with the decision.",
    sources: ["https://ramendr.github.io/docs/", "https://en.wikipedia.org/wiki/Topological_sorting"],
  },
  check(plan, context) {
    for (const { steps } of plan.failovers.items) {
      for (const circle of circlesOf(steps.items.map(named))) {
        const [first] = circle;
        const step = first === undefined ? undefined : steps.items[first];
        if (step === undefined) continue;
        const names = circle.map((index) => nameOf(steps.items[index]));
        const shown = names.length > SHOWN ? [...names.slice(0, SHOWN), "…"] : names;
        context.report(
          placeOf(plan, step.node),
          t("These {count} steps wait for each other and never start: {circle}. Remove one of the waits.", {
            count: names.length,
            circle: [...shown, names[0]].join(" → "),
          }),
        );
      }
    }
  },
});

function named(step: FailoverStep): { readonly name: string | undefined; readonly after: readonly string[] } {
  return { name: known(step.name), after: step.after.items.map(({ value }) => value) };
}

function nameOf(step: FailoverStep | undefined): string {
  return (step && known(step.name)) ?? "?";
}
