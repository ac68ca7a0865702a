import type { AdmissionPolicy } from "../policy.ts";
import { BUDGETS } from "../targets.ts";

export default {
  ruleId: "pdb-unhealthy-pods-block",
  targets: BUDGETS,
  body: () => ({
    complaints: [
      {
        when: `has(object.spec.selector) && object.spec.?unhealthyPodEvictionPolicy.orValue("IfHealthyBudget") == "IfHealthyBudget"`,
        message:
          "With the policy IfHealthyBudget a pod that is not ready may be evicted only while enough others are healthy: when they crash, no drain gets rid of them. Set unhealthyPodEvictionPolicy: AlwaysAllow.",
      },
    ],
  }),
} satisfies AdmissionPolicy;
