import { t } from "../../model/message.ts";
import { booleanOf, nodeAt, present } from "../../model/node.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { podSpecPath } from "../../workspace/spread.ts";
import { hasOwnTemplate } from "../../workspace/workload.ts";
import { defineWorkloadRule } from "../rule.ts";
import { servingWorkloads } from "../types.ts";

export default defineWorkloadRule({
  id: "priority-missing",
  title: "No priority class for when nodes are short",
  severity: "info",
  types: [...servingWorkloads, "kubevirt.io/VirtualMachine"],
  needsWholeWorkspace: true,
  docs: {
    why: "After the loss of nodes or a zone there may not be room for everything. Pods without a priority class have priority 0 like any test or batch job: the scheduler does not make room for them, and they are evicted for whatever has more.",
    how: "Set `priorityClassName` to a PriorityClass of the cluster; the API server refuses pods that name one that is not there. Silent where a PriorityClass in the workspace is the global default.",
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
    if (hasGlobalDefault(snapshot)) return;
    context.report(
      resource.title,
      t(
        "{kind} {name} names no priority class, so its pods have priority 0: when nodes are short after a failure, others are placed first and may push them out. Set priorityClassName.",
        { kind: resource.kind, name: resource.name ?? "" },
      ),
    );
  },
});

function hasGlobalDefault(snapshot: Snapshot): boolean {
  return snapshot
    .find("type", "scheduling.k8s.io/PriorityClass")
    .some((priorityClass) => booleanOf(priorityClass.get("globalDefault")) === true);
}
