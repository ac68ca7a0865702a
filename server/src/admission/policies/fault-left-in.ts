import type { AdmissionPolicy } from "../policy.ts";
import { VIRTUAL_SERVICES } from "../targets.ts";

/** The part of the requests, of the fault in `f`; an absent one is 0. Untyped: whole numbers arrive as integers. */
const delayed = (f: string) =>
  `(has(${f}.delay.percentage) ? dyn(${f}.delay.percentage.?value.orValue(0.0)) : dyn(${f}.delay.?percent.orValue(0)))`;
const aborted = (f: string) => `dyn(${f}.abort.?percentage.?value.orValue(0.0))`;

const isDelayed = `has(f.delay) && has(f.delay.fixedDelay) && ${delayed("f")} > 0`;
const isAborted = `has(f.abort) && (has(f.abort.httpStatus) || has(f.abort.grpcStatus)) && ${aborted("f")} > 0`;

const FIRST = "variables.faults[0]";
const delay = `string(${FIRST}.delay.fixedDelay)`;
const answer = `has(${FIRST}.abort.httpStatus) ? "HTTP " + string(${FIRST}.abort.httpStatus) : string(${FIRST}.abort.grpcStatus)`;

export default {
  ruleId: "fault-left-in",
  targets: [VIRTUAL_SERVICES],
  body: () => ({
    variables: {
      drill: `object.metadata.?annotations[?"nines/drill"].orValue("").trim() != ""`,
      faults: `object.spec.?http.orValue([]).filter(r, has(r.fault)).map(r, r.fault).filter(f, (${isDelayed}) || (${isAborted}))`,
      delayed: `size(variables.faults) > 0 && variables.faults.map(f, ${isDelayed})[0]`,
      aborted: `size(variables.faults) > 0 && variables.faults.map(f, ${isAborted})[0]`,
    },
    complaints: [
      {
        when: "!variables.drill && variables.delayed && variables.aborted",
        message:
          "A fault is left in: {delayed} % of the requests of this route wait {delay} more and {aborted} % fail with {answer}; its timeouts and retries are off.",
        values: {
          delayed: `string(${delayed(FIRST)})`,
          delay,
          aborted: `string(${aborted(FIRST)})`,
          answer,
        },
      },
      {
        when: "!variables.drill && variables.delayed && !variables.aborted",
        message:
          "A fault is left in: {percent} % of the requests of this route get a {delay} delay; its timeouts and retries are off.",
        values: { percent: `string(${delayed(FIRST)})`, delay },
      },
      {
        when: "!variables.drill && variables.aborted && !variables.delayed",
        message:
          "A fault is left in: {percent} % of the requests of this route fail with {answer}; its timeouts and retries are off.",
        values: { percent: `string(${aborted(FIRST)})`, answer },
      },
    ],
  }),
} satisfies AdmissionPolicy;
