import { t } from "../../model/message.ts";
import { booleanOf, nodeAt, present } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { effectiveReplicas } from "../../workspace/replicas.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { podSpecPath } from "../../workspace/spread.ts";
import { hasOwnTemplate, servingContainers, type Workload } from "../../workspace/workload.ts";
import { defineWorkloadRule } from "../rule.ts";
import { servingWorkloads } from "../types.ts";
import { isIdle } from "./serving.ts";

export default defineWorkloadRule({
  id: "priority-missing",
  title: "No priority class for when nodes are short",
  severity: "info",
  types: [...servingWorkloads, "kubevirt.io/VirtualMachine"],
  needsWholeWorkspace: true,
  inCluster: ["scheduling.k8s.io/PriorityClass"],
  docs: {
    why: "After the loss of nodes or a zone there may not be room for everything. Pods without a priority class have priority 0 like any test or batch job: the scheduler does not make room for them, and they are evicted for whatever has more.",
    how: "Set `priorityClassName` to a PriorityClass of the cluster; the API server refuses pods that name one that is not there. The rule speaks up for workloads that somebody means to be there at all times: those of several pods, DaemonSets (on a full node a pod of priority 0 stays Pending) and virtual machines, and for every one where the workspace defines priority classes. Single pods and pods that only sleep are left alone, and so is everything where a PriorityClass in the workspace is the global default.",
    sources: [
      "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/plugin/pkg/admission/priority/admission.go",
    ],
    peers: { "kube-linter": "priority-class-name", polaris: "priorityClassNotSet" },
  },
  check(workload, context) {
    const { snapshot } = context;
    const { podSpec, resource } = workload;
    if (!hasOwnTemplate(workload) || podSpec === undefined) return;
    const isStated = ["priorityClassName", "priority"].some(
      (field) => present(nodeAt(podSpec, field)) !== undefined,
    );
    if (isStated || snapshot.layout.isPatched(resource, podSpecPath(workload, "priorityClassName"))) return;
    const classes = snapshot.find("type", "scheduling.k8s.io/PriorityClass");
    const containers = servingContainers(workload);
    if (classes.some(isDefault) || (containers.length > 0 && containers.every(isIdle))) return;
    if (classes.length === 0 && !isMeantToStay(snapshot, workload)) return;
    context.report(
      resource.title,
      t(
        "{kind} {name} names no priority class, so its pods have priority 0: when nodes are short after a failure, others are placed first and may push them out. Set priorityClassName.",
        { kind: resource.kind, name: resource.called },
      ),
    );
  },
});

function isDefault(priorityClass: Resource): boolean {
  return booleanOf(priorityClass.get("globalDefault")) === true;
}

/** A single pod has an outage at every drain anyway: nobody counts on it when nodes are short. */
function isMeantToStay(snapshot: Snapshot, workload: Workload): boolean {
  return !workload.scalable || (effectiveReplicas(snapshot, workload)?.lowest ?? 0) >= 2;
}
