import { INDEXES, MOST_ITEMS } from "../cel.ts";
import type { AdmissionPolicy } from "../policy.ts";
import { ROLLOUTS } from "../targets.ts";

const GUARDS = [
  ...["analysis", "experiment", "plugin"].map((key) => `!has(s.${key})`),
  `(!has(s.pause) || string(s.pause.?duration.orValue("")).matches("^0+[smh]?$"))`,
].join(" && ");
const canary = "dyn(object).spec.?strategy.?canary";

export default {
  ruleId: "rollout-steps-unguarded",
  targets: [ROLLOUTS],
  lacks: `weights that fall after the ${MOST_ITEMS}th step.`,
  body: () => ({
    variables: {
      steps: `${canary}.?steps.orValue([])`,
      weights: "variables.steps.filter(s, has(s.setWeight)).map(s, int(s.setWeight))",
      total: `${canary}.?trafficRouting.?maxTrafficWeight.orValue(100)`,
      indexes: INDEXES,
      falling:
        "variables.indexes.filter(i, i > 0 && i < size(variables.weights) && variables.weights[i] < variables.weights[i - 1])",
      positions:
        "variables.indexes.filter(i, i < size(variables.steps) && has(variables.steps[i].setWeight))",
    },
    complaints: [
      {
        when: `!${canary}.?analysis.hasValue() && variables.steps.all(s, ${GUARDS}) && variables.weights.exists(w, w > 0 && w < variables.total)`,
        message:
          "Nothing holds these steps (weights {weights}): neither a pause nor an analysis, so the new version gets all traffic as soon as its pods are available, whatever it answers. Add a pause or an analysis behind each setWeight.",
        values: { weights: `variables.weights.map(w, string(w)).join(", ")` },
      },
      {
        when: "size(variables.falling) > 0",
        message:
          "Step {step} takes the new version from weight {before} down to {weight} in the middle of the rollout. Write the weights in growing order.",
        values: {
          step: "string(variables.positions[variables.falling[0]] + 1)",
          before: "string(variables.weights[variables.falling[0] - 1])",
          weight: "string(variables.weights[variables.falling[0]])",
        },
      },
    ],
  }),
} satisfies AdmissionPolicy;
