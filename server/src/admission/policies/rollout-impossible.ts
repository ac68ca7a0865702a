import type { AdmissionPolicy } from "../policy.ts";
import { ROLLOUTS } from "../targets.ts";

const canary = "dyn(object).spec.strategy.canary";
const isNothing = (key: string) =>
  `has(${canary}.${key}) && (${canary}.${key} == 0 || string(${canary}.${key}).matches("^0{1,9}%$"))`;

export default {
  ruleId: "rollout-impossible",
  targets: [ROLLOUTS],
  lacks: "Deployments, StatefulSets and DaemonSets, which the API server refuses by itself.",
  body: () => ({
    complaints: [
      {
        when: `has(dyn(object).spec.strategy) && has(${canary}) && ${isNothing("maxUnavailable")} && ${isNothing("maxSurge")}`,
        message:
          "With maxUnavailable and maxSurge both 0 no pod may go and none may come: {kind} {name} is refused and nothing is ever rolled out. Set maxSurge to 1.",
        values: { kind: "object.kind", name: `object.metadata.?name.orValue("")` },
      },
    ],
  }),
} satisfies AdmissionPolicy;
