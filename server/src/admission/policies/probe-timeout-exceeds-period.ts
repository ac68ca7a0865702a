import { CONTAINERS, probesOf } from "../containers.ts";
import type { AdmissionPolicy } from "../policy.ts";
import { SERVING } from "../targets.ts";

const FIRST = "variables.late[0]";

export default {
  ruleId: "probe-timeout-exceeds-period",
  targets: SERVING,
  body: () => ({
    variables: {
      ...CONTAINERS,
      probes: ["startupProbe", "readinessProbe", "livenessProbe"].map(probesOf).join(" + "),
      late: "variables.probes.filter(p, p.timeout > p.period)",
    },
    complaints: [
      {
        when: "size(variables.late) > 0",
        message:
          "This {name} may take {timeout} s but is due every {period} s, and the next one waits: {failures} failures in a row take up to {actual} s instead of {planned} s. Set timeoutSeconds to {period} or less.",
        values: {
          name: `string(${FIRST}.name)`,
          timeout: `string(${FIRST}.timeout)`,
          period: `string(${FIRST}.period)`,
          failures: `string(${FIRST}.failures)`,
          actual: `string(${FIRST}.period + ${FIRST}.failures * ${FIRST}.timeout)`,
          planned: `string(${FIRST}.period + ${FIRST}.failures * ${FIRST}.period)`,
        },
      },
    ],
  }),
} satisfies AdmissionPolicy;
