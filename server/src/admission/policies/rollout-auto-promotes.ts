import type { AdmissionPolicy } from "../policy.ts";
import { ROLLOUTS } from "../targets.ts";

const blueGreen = "dyn(object).spec.?strategy.?blueGreen";

export default {
  ruleId: "rollout-auto-promotes",
  targets: [ROLLOUTS],
  body: () => ({
    variables: {
      automatic: `${blueGreen}.hasValue() && ${blueGreen}.?autoPromotionEnabled.orValue(true) && !${blueGreen}.?prePromotionAnalysis.hasValue()`,
      wait: `${blueGreen}.?autoPromotionSeconds.orValue(0)`,
    },
    complaints: [
      {
        when: "variables.automatic",
        message:
          "{when}, {active} sends it 100 % of the traffic: nobody decides and nothing is measured. Set autoPromotionEnabled to false or add a prePromotionAnalysis.",
        values: {
          active: `string(${blueGreen}.?activeService.orValue("activeService"))`,
          when: `int(variables.wait) > 0 ? string(variables.wait) + " s after the pods of a new version are ready" : "As soon as the pods of a new version are ready"`,
        },
      },
    ],
  }),
} satisfies AdmissionPolicy;
