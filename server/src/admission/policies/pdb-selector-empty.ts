import type { AdmissionPolicy } from "../policy.ts";
import { BUDGETS } from "../targets.ts";

export default {
  ruleId: "pdb-selector-empty",
  targets: BUDGETS,
  body: () => ({
    complaints: [
      {
        when: "!has(object.spec.selector)",
        message:
          "Without a selector this PodDisruptionBudget selects no pod and protects nothing: drains may evict all pods it is meant for at once. Select the labels of their template.",
      },
      {
        when: "has(object.spec.selector) && size(object.spec.selector.?matchLabels.orValue({})) == 0 && size(object.spec.selector.?matchExpressions.orValue([])) == 0",
        message:
          "An empty selector spans every pod of the namespace: all its workloads share one limit, a broken one blocks the drain of all others, and a pod with a budget of its own can no longer be evicted. Select the labels of the pods it is meant for.",
      },
    ],
  }),
} satisfies AdmissionPolicy;
