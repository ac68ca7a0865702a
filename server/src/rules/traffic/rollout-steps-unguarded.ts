import { type Message, t } from "../../model/message.ts";
import { entryOf, type Node, nodeAt, present, stringOf } from "../../model/node.ts";
import type { SteppedRoute, WeightStep } from "../../traffic/weighted-route.ts";
import { defineRouteRule } from "../route-rule.ts";
import { hasUnknown, isConditional, isReplaced } from "./written.ts";

/** Steps that hold the rollout until somebody or something says that it goes well. */
const GUARDS = ["pause", "analysis", "experiment", "plugin"];

export default defineRouteRule<"steps">({
  id: "rollout-steps-unguarded",
  title: "Canary steps that nothing holds",
  severity: "warning",
  kinds: ["steps"],
  types: ["argoproj.io/Rollout"],
  judges: ["complete", "patch", "template"],
  docs: {
    why: "Argo Rollouts goes from one `setWeight` to the next as soon as the pods for it are available. Without a `pause`, an `analysis` or an `experiment` nobody looks at the new version in between: it has all the traffic within seconds of the first step, whatever it answers, and the steps are for show. A weight that goes down from one step to the next takes traffic back from the new version in the middle of the rollout, which is a slip of the pen more often than a plan.",
    how: "Put a `pause` with a duration, or an `analysis`, behind each `setWeight`; or let a background analysis (`canary.analysis`) watch the whole rollout. Write the weights in growing order.",
    sources: [
      "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
      "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
      "https://github.com/argoproj/argo-rollouts/blob/v1.8.3/utils/replicaset/canary.go",
    ],
  },
  check(route, context) {
    const { resource, schedule } = route;
    const list = present(nodeAt(route.node, "steps"));
    if (schedule.kind !== "list" || list?.kind !== "seq" || schedule.steps.length === 0) return;
    if (isConditional(resource, route.node, "steps")) return;
    if (isReplaced(context.snapshot, resource, "spec.strategy")) return;
    const total = totalOf(route);
    if (total !== undefined && isUnguarded(route.node, list.items)) {
      const message = unguarded(schedule.steps, total);
      if (message !== undefined) {
        context.report(resource.at([...route.path, "steps"]), message, undefined, { evidence: [list] });
      }
    }
    schedule.steps.forEach((step, i) => {
      const before = schedule.steps[i - 1]?.weight;
      const { weight } = step;
      if (before?.state !== "known" || weight.state !== "known" || weight.value >= before.value) return;
      context.report(
        resource.locate(weight.node),
        t(
          "Step {step} takes the new version from weight {before} down to {weight} in the middle of the rollout. Write the weights in growing order.",
          { step: step.index + 1, before: before.value, weight: weight.value },
        ),
        undefined,
        { evidence: [before.node, weight.node] },
      );
    });
  },
});

function totalOf({ total }: SteppedRoute): number | undefined {
  if (total.state === "absent") return 100;
  return total.state === "known" ? total.value : undefined;
}

/** Neither a step that holds nor an analysis beside them all; undecided where a template may bring one. */
function isUnguarded(canary: SteppedRoute["node"], steps: readonly Node[]): boolean {
  if (present(entryOf(canary, "analysis")?.value) !== undefined) return false;
  return steps.every(
    (step) =>
      step.kind === "map" &&
      !hasUnknownKey(step) &&
      GUARDS.every((key) => entryOf(step, key) === undefined || (key === "pause" && isOverAtOnce(step))),
  );
}

/** A pause without a duration waits for a person, one of 0 for nobody (argo-rollouts rollout/pause.go). */
function isOverAtOnce(step: Node): boolean {
  return /^0+[smh]?$/.test(stringOf(nodeAt(step, "pause.duration")) ?? "");
}

function hasUnknownKey(step: Extract<Node, { kind: "map" }>): boolean {
  return step.entries.some(({ key }) => key.unknown);
}

function unguarded(steps: readonly WeightStep[], total: number): Message | undefined {
  const weights = steps.flatMap(({ weight, node }) =>
    weight.state === "known" && !hasUnknown(node) ? [weight.value] : [],
  );
  // Steps from 0 to everything at once are a rolling update in other words.
  if (weights.length !== steps.length || !weights.some((weight) => weight > 0 && weight < total))
    return undefined;
  return t(
    "Nothing holds these steps (weights {weights}): neither a pause nor an analysis, so the new version gets all traffic as soon as its pods are available, whatever it answers. Add a pause or an analysis behind each setWeight.",
    { weights: weights.join(", ") },
  );
}
