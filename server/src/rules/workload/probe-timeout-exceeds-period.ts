import { t } from "../../model/message.ts";
import { nodeAt } from "../../model/node.ts";
import { PROBE_NAMES } from "../../workspace/probes.ts";
import { defineWorkloadRule } from "../rule.ts";
import { servingWorkloads } from "../types.ts";
import { probesOf } from "./workload-probes.ts";

export default defineWorkloadRule({
  id: "probe-timeout-exceeds-period",
  title: "A probe may take longer than its period",
  severity: "warning",
  types: [...servingWorkloads, "/ReplicationController", "/Pod"],
  docs: {
    why: "The kubelet runs the probes of a container one after the other: while one waits for its timeout, the next is late, and those that fall due meanwhile are dropped. A container that hangs is then not noticed after period × failureThreshold, as the manifest reads, but after a multiple of it, and stays in the load balancer all that time.",
    how: "Keep timeoutSeconds at or below periodSeconds: lower the timeout, or raise the period and lower failureThreshold. A check that needs that long does too much; let it look at a result that something else keeps up to date. Defaults count: the timeout is 1 s and the period 10 s where nothing, or 0, is written.",
    sources: [
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/prober/worker.go",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/v1/defaults.go",
    ],
  },
  check(workload, context) {
    for (const { probe, location } of probesOf(context.snapshot, workload, PROBE_NAMES)) {
      const {
        name,
        node,
        timeoutSeconds: timeout,
        periodSeconds: period,
        failureThreshold: failures,
      } = probe;
      if (timeout === undefined || period === undefined || failures === undefined || timeout <= period)
        continue;
      const written = nodeAt(node, "timeoutSeconds");
      context.report(
        written === undefined ? location : workload.resource.locate(written),
        t(
          "This {name} may take {timeout} s but is due every {period} s, and the next one waits: {failures} failures in a row take up to {actual} s instead of {planned} s. Set timeoutSeconds to {period} or less.",
          {
            name,
            timeout,
            period,
            failures,
            actual: period + failures * timeout,
            planned: period + failures * period,
          },
        ),
        undefined,
        { evidence: [node] },
      );
    }
  },
});
