import type { AdmissionPolicy } from "../policy.ts";
import { ROLLOUTS } from "../targets.ts";

export default {
  ruleId: "rollout-auto-promotes",
  targets: [ROLLOUTS],
  body: () => ({
    variables: {
      blueGreen: "object.spec.?strategy.?blueGreen",
      automatic:
        "variables.blueGreen.hasValue() && variables.blueGreen.?autoPromotionEnabled.orValue(true) && !variables.blueGreen.?prePromotionAnalysis.hasValue()",
      active: `variables.blueGreen.?activeService.orValue("")`,
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
        values: { active: "variables.active" },
      },
    ],
  }),
} satisfies AdmissionPolicy;
