import type { AdmissionPolicy } from "../policy.ts";
import { VIRTUAL_SERVICES } from "../targets.ts";

const FIRST = "variables.ignoring[0]";
const lists = ["http", "tls", "tcp"].map(
  (list) => `object.spec.?${list}.orValue([]).map(r, dyn(r.?route.orValue([])))`,
);
const name = `string(${FIRST}.?destination.?subset.orValue(${FIRST}.?destination.?host.orValue("#1")))`;

export default {
  ruleId: "weight-ignored",
  targets: [VIRTUAL_SERVICES],
  body: () => ({
    variables: {
      routes: lists.join(" + "),
      // A negative weight is refused, which is another matter (weights-sum).
      ignoring:
        "variables.routes.filter(r, size(r) == 1).map(r, r[0]).filter(d, has(d.weight) && d.weight != 100 && d.weight >= 0)",
    },
    complaints: [
      {
        when: `size(variables.ignoring) > 0 && ${FIRST}.weight == 0`,
        message:
          "{name} is the only destination of this route, so it gets 100 % of the traffic although its weight is 0.",
        values: { name },
      },
      {
        when: `size(variables.ignoring) > 0 && ${FIRST}.weight != 0`,
        message:
          "{name} is the only destination of this route, so it gets 100 % of the traffic; its weight of {weight} has no effect.",
        values: { name, weight: `string(${FIRST}.weight)` },
      },
    ],
  }),
} satisfies AdmissionPolicy;
