import { removeWithShells } from "../../fixes/prune.ts";
import { type Message, t } from "../../model/message.ts";
import { itemsOf, nodeAt, present, steps } from "../../model/node.ts";
import { effectiveReplicas } from "../../workspace/replicas.ts";
import { podSpecPath, takesNodePorts } from "../../workspace/spread.ts";
import type { Workload } from "../../workspace/workload.ts";
import { defineWorkloadRule } from "../rule.ts";
import { scalableWorkloads } from "../types.ts";
import { type NodePin, nodePinsOf } from "./node-pin.ts";

interface Payload {
  readonly pin: NodePin;
  /** Several pods, none of which uses anything that only this node has. */
  readonly movable: boolean;
}

export default defineWorkloadRule<Payload>({
  id: "pinned-to-node",
  title: "All pods are bound to one node",
  severity: "error",
  types: [...scalableWorkloads, "kubevirt.io/VirtualMachine"],
  needsWholeWorkspace: true,
  docs: {
    why: "`nodeName`, or a node selector or required node affinity that names a single host, allows one node and no other. When that node fails or is drained, every pod goes down with it and the replacements stay Pending until the very same node is back, however many replicas there are. nodeName also leaves the scheduler out: nothing checks whether the node has room.",
    how: "Remove it. To choose a kind of node, select a label that several nodes carry. Where data of the node is what binds the pods, replicate the data first.",
    sources: [
      "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/",
      "https://github.com/kubernetes/component-helpers/blob/v0.34.0/scheduling/corev1/nodeaffinity/nodeaffinity.go",
    ],
  },
  check(workload, context) {
    const { snapshot } = context;
    const { resource } = workload;
    const replicas = effectiveReplicas(snapshot, workload);
    if (replicas?.highest === 0) return;
    for (const pin of nodePinsOf(workload)) {
      if (snapshot.layout.isPatched(resource, podSpecPath(workload, pin.field))) continue;
      const isPlural = replicas !== undefined && replicas.lowest >= 2;
      const movable = isPlural && !keepsData(workload) && !takesNodePorts(workload);
      context.report(
        resource.at([...steps(workload.templatePath), "spec", ...pin.path]),
        messageOf(workload, pin, replicas?.lowest),
        { pin, movable },
      );
    }
  },
  fixes: [
    {
      id: "unpin",
      title: ({ pin }) => t("Remove what binds the pods to node {node}", { node: pin.node }),
      preferred: ({ movable }) => movable,
      needsConfirmation: ({ movable }) => !movable,
      edits({ pin }, { resource, podSpec }) {
        const edit =
          pin.removable && podSpec !== undefined
            ? removeWithShells(resource.document, podSpec, pin.path)
            : undefined;
        return edit === undefined ? undefined : [edit];
      },
    },
  ],
});

/** Whether a pod may find its data on no other node. */
function keepsData({ resource, podSpec }: Workload): boolean {
  return (
    itemsOf(resource.get("spec.volumeClaimTemplates")).length > 0 ||
    itemsOf(nodeAt(podSpec, "volumes")).some((volume) =>
      ["hostPath", "persistentVolumeClaim"].some((kind) => present(nodeAt(volume, kind)) !== undefined),
    )
  );
}

function messageOf(
  { resource, scalable }: Workload,
  { node }: NodePin,
  replicas: number | undefined,
): Message {
  const values = { node, kind: resource.kind, name: resource.called };
  if (!scalable)
    return t(
      "{kind} {name} may run on node {node} only: it can be migrated nowhere, and when the node fails or is drained, it stays down until the very same node is back.",
      values,
    );
  return replicas === undefined || replicas < 2
    ? t(
        "Pods of {kind} {name} may run on node {node} only: when it fails or is drained, their replacements stay Pending until the very same node is back.",
        values,
      )
    : t(
        "All {replicas} pods of {kind} {name} may run on node {node} only: when it fails or is drained, all of them are gone, and their replacements stay Pending until the very same node is back.",
        { ...values, replicas },
      );
}
