import type { AdmissionPolicy } from "../policy.ts";
import { BUDGETS } from "../targets.ts";

const [least, most] = ["dyn(object.spec.minAvailable)", "dyn(object.spec.maxUnavailable)"];

export default {
  ruleId: "pdb-blocks-drain",
  targets: BUDGETS,
  lacks:
    "a minAvailable that is a number, or below 100 %: how many pods there are stands in the workload and its autoscaler.",
  body: () => ({
    variables: { selects: "has(object.spec) && has(object.spec.selector)" },
    complaints: [
      {
        when: "variables.selects && !has(object.spec.minAvailable) && !has(object.spec.maxUnavailable)",
        message:
          "Without minAvailable and maxUnavailable this PodDisruptionBudget allows no eviction at all, so every node drain hangs on its pods. Set maxUnavailable: 1.",
      },
      {
        when: `variables.selects && has(object.spec.maxUnavailable) && (${most} == 0 || string(${most}).matches("^0+%$"))`,
        message:
          "maxUnavailable: {amount} allows no eviction at all, so every node drain hangs on these pods.",
        values: { amount: `string(${most})` },
      },
      {
        when: `variables.selects && !has(object.spec.maxUnavailable) && has(object.spec.minAvailable) && string(${least}).matches("^0*[1-9][0-9]{2,}%$")`,
        message: "minAvailable: {amount} allows no eviction at all, so every node drain hangs on these pods.",
        values: { amount: `string(${least})` },
      },
    ],
  }),
} satisfies AdmissionPolicy;
