import type { DocumentEdit } from "../../fixes/edit.ts";
import { setIn, setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { titleOf } from "../../model/resource.ts";
import { containerPath } from "../../workspace/probes.ts";
import { effectiveReplicas } from "../../workspace/replicas.ts";
import { strategyOf } from "../../workspace/rollout-strategy.ts";
import { DEFAULT_GRACE_SECONDS, graceOf, hasPreStop } from "../../workspace/shutdown.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { podSpecPath } from "../../workspace/spread.ts";
import { type Container, hasOwnTemplate, type Workload } from "../../workspace/workload.ts";
import { defineWorkloadRule } from "../rule.ts";
import { scalableWorkloads } from "../types.ts";
import { drainTargetsOf } from "./drain-targets.ts";
import { delaysItself } from "./shutdown-delay.ts";

/** Long enough for the other nodes to hear that an endpoint is gone, and as long as Istio's proxies drain. */
const DELAY_SECONDS = 5;
const GRACE = "terminationGracePeriodSeconds";

interface Payload {
  readonly container: Container;
  /** The grace period that leaves the application its time behind the sleep; undefined when it does already. */
  readonly grace: number | undefined;
}

export default defineWorkloadRule<Payload>({
  id: "drain-delay-missing",
  title: "Requests still arrive while the pod stops",
  severity: "info",
  types: [...scalableWorkloads, "/ReplicationController", "apps/DaemonSet", "extensions/DaemonSet"],
  needsWholeWorkspace: true,
  docs: {
    why: "A pod that is to stop gets SIGTERM at the same moment in which its endpoint starts to disappear from load balancers, proxies and nodes. Most programs close their port at once; for the second or more that the news takes, clients are still sent there and get “connection refused”. It happens to every pod of every rollout, drain and scale-down, and no readiness probe prevents it.",
    how: 'Let the container sleep some seconds in a preStop hook: SIGTERM comes after it, and meanwhile the program serves as before. The fix adds the `sleep` action, which needs no shell in the image but Kubernetes 1.30 (on by default; stable in 1.34); with older clusters use `exec: {command: [sleep, "5"]}`. The sleep counts towards terminationGracePeriodSeconds, which the fix raises when it is short. Beside an Istio sidecar the application needs the sleep as well; the proxy drains for 5 s by itself, so a longer sleep also needs a longer `terminationDrainDuration`. Left alone are containers that wait by themselves as far as their arguments, variables or image say, headless Services, ports for metrics, and workloads whose every rollout is an outage anyway (Recreate, one StatefulSet pod).',
    sources: [
      "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow",
      "https://kubernetes.io/docs/tutorials/services/pods-and-endpoint-termination-flow/",
      "https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/3960-pod-lifecycle-sleep-action",
    ],
  },
  check(workload, context) {
    const { snapshot } = context;
    const { resource } = workload;
    if (!hasOwnTemplate(workload) || stopsAnyway(snapshot, workload)) return;
    for (const { container, service } of drainTargetsOf(snapshot, workload)) {
      if (hasPreStop(container) || delaysItself(container)) continue;
      if (snapshot.layout.isPatched(resource, containerPath(workload, container, "lifecycle"))) continue;
      context.report(
        resource.locate(titleOf(container.node)),
        t(
          "When a pod of {name} stops, Service {service} sends it requests until every node knows, while container {container} may be closing its port already: some of them fail at each rollout and drain. Let it sleep {delay} s in a preStop hook.",
          {
            name: resource.called,
            service: service.called,
            container: container.name ?? "",
            delay: DELAY_SECONDS,
          },
        ),
        { container, grace: neededGrace(workload) },
        { evidence: [container.node] },
      );
    }
  },
  fixes: [
    {
      id: "sleep",
      title: ({ grace }) =>
        grace === undefined
          ? t("Sleep {delay} s before stopping (Kubernetes 1.30 or later)", { delay: DELAY_SECONDS })
          : t("Sleep {delay} s before stopping, of {grace} s in all (Kubernetes 1.30 or later)", {
              delay: DELAY_SECONDS,
              grace,
            }),
      // Clusters before 1.30 refuse the hook.
      preferred: false,
      edits: ({ container, grace }, workload) => sleepEdits(container, grace, workload),
    },
  ],
});

/** Whether each rollout is an outage, so that a few requests more do not matter, or there is no pod. */
function stopsAnyway(snapshot: Snapshot, workload: Workload): boolean {
  const { resource } = workload;
  const replicas = effectiveReplicas(snapshot, workload);
  if (replicas !== undefined && replicas.highest === 0) return true;
  if (strategyOf(resource)?.kind === "recreate") return true;
  return resource.kind === "StatefulSet" && replicas !== undefined && replicas.highest < 2;
}

/** The sleep is part of the grace period: where that is short, the application keeps what it had. */
function neededGrace(workload: Workload): number | undefined {
  const grace = graceOf(workload);
  if (grace.state !== "known" || grace.value >= 3 * DELAY_SECONDS) return undefined;
  return grace.value === 0 ? DEFAULT_GRACE_SECONDS : grace.value + DELAY_SECONDS;
}

function sleepEdits(
  container: Container,
  grace: number | undefined,
  workload: Workload,
): readonly DocumentEdit[] | undefined {
  const { resource } = workload;
  if (graceOf(workload).state === "unknown") return undefined;
  const sleep = setIn(
    resource.document,
    container.node,
    ["lifecycle", "preStop"],
    { sleep: { seconds: DELAY_SECONDS } },
    { after: ["readinessProbe", "livenessProbe", "startupProbe", "ports", "args", "command", "image"] },
  );
  return grace === undefined ? sleep : [...sleep, ...setPath(resource, podSpecPath(workload, GRACE), grace)];
}
