import { setIn } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { detectionSeconds } from "../../workspace/probes.ts";
import { defineWorkloadRule } from "../rule.ts";
import { servingWorkloads } from "../types.ts";
import { type Lowering, lowered } from "./probe-lowering.ts";
import { type FoundProbe, ownMapOf, probesOf } from "./workload-probes.ts";

interface Payload {
  readonly found: FoundProbe;
  readonly lowering: Lowering | undefined;
}

interface Options {
  readonly maximumDetectionSeconds: number;
}

export default defineWorkloadRule<Payload, Options>({
  id: "probe-too-slow",
  title: "A readiness probe that notices too late",
  severity: "warning",
  types: [...servingWorkloads, "/ReplicationController", "/Pod"],
  options: {
    maximumDetectionSeconds: {
      default: 60,
      description: "Longest time in seconds for which a pod that no longer answers may stay in its Services.",
      minimum: 2,
    },
  },
  docs: {
    why: "A pod stays in its Services until its readiness probe has failed failureThreshold times in a row: period × failureThreshold + timeout at worst. All that time its share of the requests fails. No retry and no second replica shortens it, because the load balancer believes that the pod is well.",
    how: "Ask more often or give up sooner; `maximumDetectionSeconds` is the limit. initialDelaySeconds plays no part, because it counts only after a start. The fix lowers failureThreshold first, keeps three failures where there were three, and never lets the timeout exceed the period. A pod that needs minutes to start is the startup probe's business.",
    sources: [
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/prober/worker.go",
      "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes",
    ],
  },
  check(workload, context) {
    const maximum = context.options.maximumDetectionSeconds;
    for (const found of probesOf(context.snapshot, workload, ["readinessProbe"])) {
      const { probe, location, container } = found;
      const seconds = detectionSeconds(probe);
      if (seconds === undefined || seconds <= maximum) continue;
      context.report(
        location,
        t(
          "Container {container} counts as ready for up to {seconds} s after it stopped answering ({period} s × {failures} + {timeout} s), and all that time its pod stays in its Services; at most {maximum} s are allowed. Ask more often, or give up after fewer failures.",
          {
            container: container.name ?? "",
            seconds,
            maximum,
            period: probe.periodSeconds ?? "",
            failures: probe.failureThreshold ?? "",
            timeout: probe.timeoutSeconds ?? "",
          },
        ),
        { found, lowering: lowered(probe, maximum) },
        { evidence: [probe.node] },
      );
    }
  },
  fixes: [
    {
      id: "lower",
      title: ({ lowering }) =>
        t("Set {fields}", {
          fields: Object.entries(lowering ?? {})
            .map(([field, value]) => `${field}: ${value}`)
            .join(", "),
        }),
      // A probe that gives up sooner may take pods out that were only slow.
      preferred: false,
      edits({ found, lowering }, { resource: { document } }) {
        const map = ownMapOf(document, found);
        if (map === undefined || lowering === undefined) return undefined;
        return Object.entries(lowering).flatMap(([field, value]) => setIn(document, map, [field], value));
      },
    },
  ],
});
