import type { AdmissionPolicy } from "../policy.ts";
import { ROLLOUTS } from "../targets.ts";

const blueGreen = "dyn(object).spec.?strategy.?blueGreen";

export default {
  ruleId: "rollout-auto-promotes",
  targets: [ROLLOUTS],
  body: () => ({
    variables: {
      automatic: `${blueGreen}.hasValue() && ${blueGreen}.?autoPromotionEnabled.orValue(true) && !${blueGreen}.?prePromotionAnalysis.hasValue()`,
      active: `${blueGreen}.?activeService.orValue("")`,
    },
    complaints: [
      {
        when: `variables.automatic && variables.active == ""`,
        message:
          "As soon as the pods of a new version are ready, it gets 100 % of the traffic: nobody decides and nothing is measured. Set autoPromotionEnabled to false or add a prePromotionAnalysis.",
      },
      {
        when: `variables.automatic && variables.active != ""`,
        message:
          "As soon as the pods of a new version are ready, {active} sends it 100 % of the traffic: nobody decides and nothing is measured. Set autoPromotionEnabled to false or add a prePromotionAnalysis.",
        values: { active: "string(variables.active)" },
      },
    ],
  }),
} satisfies AdmissionPolicy;
