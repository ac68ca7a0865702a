import { circleProblems } from "../../recovery/problems.ts";
import { definePlanRule } from "./plan-rule.ts";

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
    for (const { range, message } of circleProblems(plan))
      context.report(plan.resource.locate(range), message);
  },
});
