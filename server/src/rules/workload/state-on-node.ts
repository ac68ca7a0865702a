import { type Message, t } from "../../model/message.ts";
import { effectiveReplicas } from "../../workspace/replicas.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { podSpecPath } from "../../workspace/spread.ts";
import type { Workload } from "../../workspace/workload.ts";
import { defineWorkloadRule } from "../rule.ts";
import { type NodeVolume, nodeVolumesOf } from "./node-state.ts";
import { statesReplication } from "./replication.ts";

export default defineWorkloadRule({
  id: "state-on-node",
  title: "Data is kept on one node only",
  severity: "warning",
  types: ["apps/StatefulSet"],
  needsWholeWorkspace: true,
  docs: {
    why: "An emptyDir is deleted with its pod: by a drain, a rollout, an eviction or the loss of the node. A hostPath stays behind when the pod moves, which then starts empty. A volume of a local storage class binds the pod to its node: when that node is lost, so is the data, and the pod stays Pending. Without a second copy in another pod the data is gone.",
    how: "Use volumeClaimTemplates with storage that can be attached to other nodes, or software that replicates its data over several pods. Silent when another volume follows the pod, when an emptyDir looks like scratch space (cache, tmp, logs…), when the software is known to replicate, and when the template speaks of replication, be it in a comment.",
    sources: [
      "https://kubernetes.io/docs/concepts/storage/volumes/#emptydir",
      "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
      "https://kubernetes.io/docs/concepts/storage/volumes/#local",
    ],
  },
  check(workload, context) {
    const { snapshot } = context;
    const replicas = effectiveReplicas(snapshot, workload);
    if (replicas === undefined || replicas.highest === 0 || isPatched(snapshot, workload)) return;
    const isSingle = replicas.highest === 1;
    if (!isSingle && statesReplication(workload)) return;
    for (const volume of nodeVolumesOf(snapshot, workload)) {
      context.report(
        workload.resource.at(volume.path),
        isSingle ? onlyCopy(volume) : noOtherCopy(volume, replicas.highest),
      );
    }
  },
});

function isPatched(snapshot: Snapshot, workload: Workload): boolean {
  const paths = ["spec.volumeClaimTemplates", podSpecPath(workload, "volumes")];
  return paths.some((path) => snapshot.layout.isPatched(workload.resource, path));
}

function onlyCopy({ kind, name, detail }: NodeVolume): Message {
  const values = { name, detail };
  switch (kind) {
    case "emptyDir":
      return t(
        "Volume {name} ({detail}) is an emptyDir and the only copy of this data: a drain, a rollout or the loss of the node deletes it with the pod. Use volumeClaimTemplates.",
        values,
      );
    case "hostPath":
      return t(
        "Volume {name} is the folder {detail} of whichever node the pod runs on, and the only copy of this data: on another node it starts empty, and with the node it is lost. Use volumeClaimTemplates.",
        values,
      );
    case "localClass":
      return t(
        "Storage class {detail} keeps volume {name} on one node, and it is the only copy of this data: when the node is lost, the data is gone and the pod stays Pending. Use storage that other nodes can attach, or replicate.",
        values,
      );
  }
}

function noOtherCopy({ kind, name, detail }: NodeVolume, replicas: number): Message {
  const values = { name, detail, replicas };
  switch (kind) {
    case "emptyDir":
      return t(
        "Volume {name} ({detail}) is an emptyDir: a drain, a rollout or the loss of a node deletes it with its pod, and nothing here says that another of the {replicas} replicas has a copy. Use volumeClaimTemplates.",
        values,
      );
    case "hostPath":
      return t(
        "Volume {name} is the folder {detail} of whichever node a pod runs on: on another node it starts empty, and nothing here says that another of the {replicas} replicas has a copy. Use volumeClaimTemplates.",
        values,
      );
    case "localClass":
      return t(
        "Storage class {detail} keeps volume {name} on one node: when that is lost, so is the data, and nothing here says that another of the {replicas} replicas has a copy. Use storage that other nodes can attach, or replicate.",
        values,
      );
  }
}
