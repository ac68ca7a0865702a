import { setPath } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { containerPath } from "../../workspace/probes.ts";
import { DEFAULT_GRACE_SECONDS, graceOf, preStopWait, type Wait } from "../../workspace/shutdown.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { podSpecPath } from "../../workspace/spread.ts";
import { servingContainers, type Workload } from "../../workspace/workload.ts";
import { defineWorkloadRule } from "../rule.ts";
import { servingWorkloads } from "../types.ts";
import { isIdle } from "./serving.ts";

/** A guest's own shutdown takes longer than a process's: what KubeVirt's templates leave it. */
const VM_GRACE_SECONDS = 180;
const FIELD = "terminationGracePeriodSeconds";

interface Payload {
  /** The grace period to set, in seconds. */
  readonly grace: number;
}

export default defineWorkloadRule<Payload>({
  id: "termination-too-short",
  title: "Pods are killed before they could stop",
  severity: "warning",
  types: [...servingWorkloads, "/ReplicationController", "kubevirt.io/VirtualMachine"],
  docs: {
    why: "A pod that is to stop gets terminationGracePeriodSeconds: its preStop hook first, then SIGTERM, then SIGKILL when the time is over. A grace period of 0 kills at once, without hook or SIGTERM: requests in flight are cut off, buffers are lost, and since the pod's object disappears before its processes are known to be gone, a StatefulSet may start a second one with the same identity and disk. A hook that sleeps as long as the whole period, or longer, leaves the process the 2 s that the kubelet grants at least.",
    how: "Give the hook's sleep and the application's own shutdown room one after the other: sleep + slowest request + some seconds. The fix sets the sleep plus 30 s, which is the default period; a longer period costs nothing, because a pod that has stopped is gone at once. A `sleep` action longer than the period is refused by the API server. Sleeps are read from the `sleep` action and from plain `sleep` commands; scripts with loops and conditions are left alone, and so is a grace period of 0 where every container only waits to be entered by hand.",
    sources: [
      "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/kuberuntime/kuberuntime_container.go",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/validation/validation.go",
      "https://kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod/",
    ],
  },
  check(workload, context) {
    const { resource } = workload;
    const grace = graceOf(workload);
    if (grace.state === "unknown") return;
    if (context.snapshot.layout.isPatched(resource, podSpecPath(workload, FIELD))) return;
    const seconds = grace.state === "known" ? grace.value : DEFAULT_GRACE_SECONDS;
    const longest = longestWait(context.snapshot, workload);
    if (seconds === 0 && grace.state === "known") {
      if (isEntered(workload)) return;
      const needed = resource.kind === "VirtualMachine" ? VM_GRACE_SECONDS : roomFor(longest);
      context.report(resource.locate(grace.node), killed(workload), { grace: needed });
    } else if (longest !== undefined && longest.wait.seconds >= seconds) {
      const at = grace.state === "known" ? grace.node : longest.wait.node;
      context.report(
        resource.locate(at),
        usedUp(longest, seconds),
        { grace: roomFor(longest) },
        { evidence: [longest.wait.node] },
      );
    }
  },
  fixes: [
    {
      id: "raise",
      title: ({ grace }) => t("Set terminationGracePeriodSeconds to {grace}", { grace }),
      preferred: true,
      edits: ({ grace }, workload) =>
        setPath(workload.resource, podSpecPath(workload, FIELD), grace, {
          before: ["initContainers", "containers"],
        }),
    },
  ],
});

/** Whether its containers only wait to be entered by hand: nothing in them could stop by itself. */
function isEntered(workload: Workload): boolean {
  const containers = servingContainers(workload);
  return containers.length > 0 && containers.every(isIdle);
}

interface Waiting {
  readonly container: string;
  readonly wait: Wait;
}

/** The container whose preStop hook waits longest; all hooks of a pod start at the same time. */
function longestWait(snapshot: Snapshot, workload: Workload): Waiting | undefined {
  let longest: Waiting | undefined;
  for (const container of servingContainers(workload)) {
    if (snapshot.layout.isPatched(workload.resource, containerPath(workload, container, "lifecycle")))
      continue;
    const wait = preStopWait(container);
    if (wait !== undefined && wait.seconds > (longest?.wait.seconds ?? 0))
      longest = { container: container.name ?? "", wait };
  }
  return longest;
}

function roomFor(longest: Waiting | undefined): number {
  return Math.ceil(longest?.wait.seconds ?? 0) + DEFAULT_GRACE_SECONDS;
}

function killed({ resource }: Workload): Message {
  const name = resource.called;
  if (resource.kind === "VirtualMachine") {
    return t(
      "A grace period of 0 s switches the guest of {name} off without a shutdown at every restart and drain: what it has not yet written is lost. Leave it {seconds} s.",
      { name, seconds: VM_GRACE_SECONDS },
    );
  }
  if (resource.kind === "StatefulSet") {
    return t(
      "A grace period of 0 s kills the pods of {name} at once, without preStop hook or SIGTERM: requests and buffers are lost, and a second pod with the same identity may start while the first still writes. Leave them at least {seconds} s.",
      { name, seconds: DEFAULT_GRACE_SECONDS },
    );
  }
  return t(
    "A grace period of 0 s kills the pods of {name} at once, without preStop hook or SIGTERM: every rollout and drain cuts off the requests in flight. Leave them at least {seconds} s.",
    { name, seconds: DEFAULT_GRACE_SECONDS },
  );
}

function usedUp({ container, wait }: Waiting, grace: number): Message {
  const values = { container, grace, sleep: wait.seconds };
  return wait.by === "action" && wait.seconds > grace
    ? t(
        "The preStop hook of container {container} sleeps {sleep} s, longer than the {grace} s in which the pod has to stop, so the API server refuses it. Raise terminationGracePeriodSeconds.",
        values,
      )
    : t(
        "The preStop hook of container {container} sleeps {sleep} s, and the pod has {grace} s to stop: the process is killed 2 s after SIGTERM, with its requests in flight. Raise terminationGracePeriodSeconds.",
        values,
      );
}
