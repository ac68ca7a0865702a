import { CONTAINERS, probesOf } from "../containers.ts";
import type { AdmissionPolicy } from "../policy.ts";
import { SERVING } from "../targets.ts";

const FIRST = "variables.delayed[0]";
const delay = (probe: string) => `${probe}.probe.?initialDelaySeconds.orValue(0)`;

export default {
  ruleId: "startup-probe-preferred",
  targets: SERVING,
  body: () => ({
    variables: {
      ...CONTAINERS,
      probes: probesOf("livenessProbe"),
      delayed: `variables.probes.filter(p, ${delay("p")} >= 60 && !has(p.container.startupProbe))`,
    },
    complaints: [
      {
        when: "size(variables.delayed) > 0",
        message:
          "For {delay} s after each start nothing notices when container {container} hangs, and a start that takes longer than {limit} s is killed. A startup probe lets liveness begin as soon as the container is up, and leaves a slow start its time.",
        values: {
          delay: `string(${delay(FIRST)})`,
          container: `string(${FIRST}.container.?name.orValue(""))`,
          limit: `string(${delay(FIRST)} + ${FIRST}.period * ${FIRST}.failures)`,
        },
      },
    ],
  }),
} satisfies AdmissionPolicy;
