import type { Value } from "../../fixes/style.ts";
import { toValue } from "../../fixes/value.ts";
import { insertEntry, removeEntry } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { field, integerOf, nodeAt } from "../../model/node.ts";
import { containerPath, type Probe } from "../../workspace/probes.ts";
import { defineWorkloadRule } from "../rule.ts";
import { servingWorkloads } from "../types.ts";
import type { Timing } from "./probe-timing.ts";
import { hasProbe } from "./serving.ts";
import { type FoundProbe, ownMapOf, probesOf } from "./workload-probes.ts";

/** From here on a delay is a guess at the longest start rather than a pause for breath. */
const LONG_DELAY = 60;
const STARTUP_PERIOD = 10;
const NOTHING: Timing = { periodSeconds: 0, failureThreshold: 0 };

interface Payload {
  readonly found: FoundProbe;
  readonly delay: number;
}

export default defineWorkloadRule<Payload>({
  id: "startup-probe-preferred",
  title: "A long delay where a startup probe belongs",
  severity: "info",
  types: [...servingWorkloads, "/ReplicationController", "/Pod"],
  docs: {
    why: "initialDelaySeconds is one number for every start. A container that is up after 10 s is not watched for the rest of the delay, after each restart again; one that needs longer for once, after a failure of half the cluster for example, is killed while it starts, over and over.",
    how: "A startup probe asks from the beginning and hands over to liveness at the first success; until then liveness and readiness wait. It may fail for as long as the slowest start takes. The fix asks what liveness asks, gives a start as much time as it has now, and takes the delay away. Look at it before you apply it: where the path answers long before the application is warm, liveness starts to count that early too.",
    sources: [
      "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#startup-probe",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/prober/worker.go",
    ],
  },
  check(workload, context) {
    for (const found of probesOf(context.snapshot, workload, ["livenessProbe"])) {
      const { container, probe } = found;
      const delay = field(nodeAt(probe.node, "initialDelaySeconds"), integerOf);
      if (delay.state !== "known" || delay.value < LONG_DELAY || hasProbe(container, "startupProbe"))
        continue;
      const startup = containerPath(workload, container, "startupProbe");
      if (context.snapshot.layout.isPatched(workload.resource, startup)) continue;
      context.report(
        workload.resource.locate(delay.node),
        t(
          "For {delay} s after each start nothing notices when container {container} hangs, and a start that takes longer than {limit} s is killed. A startup probe lets liveness begin as soon as the container is up, and leaves a slow start its time.",
          {
            delay: delay.value,
            container: container.name ?? "",
            limit: startLimit(probe, delay.value) ?? delay.value,
          },
        ),
        { found, delay: delay.value },
        { evidence: [probe.node] },
      );
    }
  },
  fixes: [
    {
      id: "convert",
      title: ({ found: { probe }, delay }) => {
        const { periodSeconds, failureThreshold } = timingFor(probe, delay) ?? NOTHING;
        return t("Replace the delay by a startup probe that allows {limit} s", {
          limit: periodSeconds * failureThreshold,
        });
      },
      preferred: false,
      edits({ found, delay }, { resource: { document } }) {
        const { container, probe } = found;
        const map = ownMapOf(document, found);
        const startup = startupFor(probe, delay);
        const removal = map === undefined ? undefined : removeEntry(document, map, "initialDelaySeconds");
        if (startup === undefined || removal === undefined) return undefined;
        const insertion = insertEntry(document, container.node, "startupProbe", startup, {
          before: ["livenessProbe"],
        });
        return [insertion, removal];
      },
    },
  ],
});

/** Seconds that a start may take before liveness kills the container. */
function startLimit({ periodSeconds, failureThreshold }: Probe, delay: number): number | undefined {
  if (periodSeconds === undefined || failureThreshold === undefined) return undefined;
  return delay + periodSeconds * failureThreshold;
}

/** How a startup probe has to ask to leave a start as much time as it has now. */
function timingFor(liveness: Probe, delay: number): Timing | undefined {
  const limit = startLimit(liveness, delay);
  if (limit === undefined || liveness.timeoutSeconds === undefined) return undefined;
  const periodSeconds = Math.max(STARTUP_PERIOD, liveness.timeoutSeconds);
  return { periodSeconds, failureThreshold: Math.ceil(limit / periodSeconds) };
}

function startupFor(liveness: Probe, delay: number): Value | undefined {
  const { handler, timeoutSeconds } = liveness;
  const timing = timingFor(liveness, delay);
  if (handler === undefined || timeoutSeconds === undefined || timing === undefined) return undefined;
  return {
    [handler.name]: toValue(handler.node),
    ...(timeoutSeconds > 1 ? { timeoutSeconds } : {}),
    ...timing,
  };
}
