import { type Message, t } from "../../model/message.ts";
import { entryOf, nodeAt } from "../../model/node.ts";
import { titleOf } from "../../model/resource.ts";
import { containerPath } from "../../workspace/probes.ts";
import { podSpecPath } from "../../workspace/spread.ts";
import { servingContainers } from "../../workspace/workload.ts";
import { defineWorkloadRule } from "../rule.ts";
import { servingWorkloads } from "../types.ts";
import { givenRequests, type Requested, requestedBy } from "./requests.ts";

export default defineWorkloadRule({
  id: "requests-missing",
  title: "A container asks for no CPU or memory",
  severity: "info",
  types: servingWorkloads,
  needsWholeWorkspace: true,
  inCluster: ["/LimitRange"],
  docs: {
    why: "The scheduler counts requests and nothing else: without them it packs pods onto a node until the node runs out. Then the kubelet evicts first the pods that use more memory than they asked for, which here is any use at all, the kernel kills their processes first, and under CPU pressure they get next to nothing, so that probes time out and healthy pods are restarted. An autoscaler on utilization does not work for such pods.",
    how: "State `resources.requests` for CPU and memory. A limit counts as a request of the same size; so do requests of the whole pod, the defaults of a LimitRange in the namespace and a VerticalPodAutoscaler that sets them. Init containers that end are left alone.",
    sources: [
      "https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#pod-selection-for-kubelet-eviction",
      "https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/v1/defaults.go",
    ],
    peers: {
      "kube-linter": ["unset-cpu-requirements", "unset-memory-requirements"],
      "kube-score": "container-resources",
      polaris: ["cpuRequestsMissing", "memoryRequestsMissing"],
    },
  },
  check(workload, context) {
    const { snapshot } = context;
    const { resource } = workload;
    const lacking = servingContainers(workload).filter(({ node }) => {
      const { cpu, memory } = requestedBy(nodeAt(node, "resources"));
      return !cpu || !memory;
    });
    if (lacking.length === 0 || snapshot.layout.isPatched(resource, podSpecPath(workload, "resources")))
      return;
    const given = [requestedBy(nodeAt(workload.podSpec, "resources")), givenRequests(snapshot, workload)];
    for (const container of lacking) {
      if (snapshot.layout.isPatched(resource, containerPath(workload, container, "resources"))) continue;
      const all = [...given, requestedBy(nodeAt(container.node, "resources"))];
      const message = messageOf(container.name ?? "", {
        cpu: all.some(({ cpu }) => cpu),
        memory: all.some(({ memory }) => memory),
      });
      const place = entryOf(container.node, "resources")?.key.range ?? titleOf(container.node);
      if (message !== undefined) context.report(resource.locate(place), message);
    }
  },
});

function messageOf(container: string, { cpu, memory }: Requested): Message | undefined {
  if (cpu && memory) return undefined;
  if (memory)
    return t(
      "Container {container} requests no CPU: the scheduler counts it as 0, and when the node is busy it gets next to nothing, so that its probes time out. State resources.requests.cpu.",
      { container },
    );
  return cpu
    ? t(
        "Container {container} requests no memory: the scheduler counts it as 0, and when the node runs short, its pod is among the first to be evicted. State resources.requests.memory.",
        { container },
      )
    : t(
        "Container {container} requests neither CPU nor memory: the scheduler counts it as 0, and when the node runs short, its pod is among the first to be evicted. State both in resources.requests.",
        { container },
      );
}
