import { CONTAINERS, probesOf } from "../containers.ts";
import type { AdmissionPolicy } from "../policy.ts";
import { SERVING } from "../targets.ts";

const FIRST = "variables.slow[0]";
const seconds = (probe: string) => `${probe}.period * ${probe}.failures + ${probe}.timeout`;

export default {
  ruleId: "probe-too-slow",
  targets: SERVING,
  body: ({ maximumDetectionSeconds: maximum }) => ({
    variables: {
      ...CONTAINERS,
      probes: probesOf("readinessProbe"),
      slow: `variables.probes.filter(p, ${seconds("p")} > ${maximum})`,
    },
    complaints: [
      {
        when: "size(variables.slow) > 0",
        message:
          "Container {container} counts as ready for up to {seconds} s after it stopped answering ({period} s × {failures} + {timeout} s), and all that time its pod stays in its Services; at most {maximum} s are allowed. Ask more often, or give up after fewer failures.",
        values: {
          container: `string(${FIRST}.container.?name.orValue(""))`,
          seconds: `string(${seconds(FIRST)})`,
          maximum: `"${maximum}"`,
          period: `string(${FIRST}.period)`,
          failures: `string(${FIRST}.failures)`,
          timeout: `string(${FIRST}.timeout)`,
        },
      },
    ],
  }),
} satisfies AdmissionPolicy;
