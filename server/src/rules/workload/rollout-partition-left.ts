import { setPath } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { field, integerOf, stringOf, valueOr } from "../../model/node.ts";
import { effectiveReplicas, type Replicas } from "../../workspace/replicas.ts";
import { defineWorkloadRule } from "../rule.ts";

const PARTITION = "spec.updateStrategy.rollingUpdate.partition";

export default defineWorkloadRule({
  id: "rollout-partition-left",
  title: "A partition holds pods back at the old version",
  severity: "warning",
  types: ["apps/StatefulSet"],
  docs: {
    why: "A partition lets a new version reach only the pods from that ordinal on. It is a tool for one staged rollout; left in the manifest it keeps the pods below it at the old version for good, and one of them that is lost comes back with the old version. `kubectl rollout status` calls that complete, so a security update or a changed password stays half done without anybody noticing.",
    how: "Set it to 0 when the staged rollout is over. A partition of as many pods as there are holds back all of them. Where a pipeline moves the partition, leave it out of the manifest, so that applying it does not undo the pipeline's work.",
    sources: [
      "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#partitions",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/statefulset/stateful_set_control.go",
    ],
  },
  check(workload, context) {
    const { snapshot } = context;
    const { resource } = workload;
    const partition = field(resource.get(PARTITION), integerOf);
    if (partition.state !== "known" || partition.value <= 0 || snapshot.layout.isPatched(resource, PARTITION))
      return;
    // Other types do not look at it; the API server refuses it beside OnDelete.
    if (
      valueOr(field(resource.get("spec.updateStrategy.type"), stringOf), "RollingUpdate") !== "RollingUpdate"
    )
      return;
    // Ordinals count from `ordinals.start` (kubernetes pkg/apis/apps/types.go).
    const start = valueOr(field(resource.get("spec.ordinals.start"), integerOf), 0);
    if (start === undefined || partition.value <= start) return;
    const message = messageOf(resource.called, partition.value, start, effectiveReplicas(snapshot, workload));
    context.report(resource.locate(partition.node), message, undefined);
  },
  fixes: [
    {
      id: "no-partition",
      title: () => t("Set the partition to 0, which rolls the new version out to all pods"),
      // It starts a rollout that somebody may have stopped on purpose.
      preferred: false,
      edits: (_, { resource }) => setPath(resource, PARTITION, 0),
    },
  ],
});

function messageOf(name: string, partition: number, start: number, replicas: Replicas | undefined): Message {
  const certain = replicas !== undefined && replicas.decidedBy.length === 0 && replicas.lowest > 0;
  if (!certain) {
    return t(
      "Pods of {name} below ordinal {partition} never get a new version, and come back with the old one when they are lost. Set the partition to 0 when the staged rollout is over.",
      { name, partition },
    );
  }
  const pods = replicas.lowest;
  const held = partition - start;
  return held >= pods
    ? t(
        "partition: {partition} holds back all {pods} pods of {name}: no new version ever reaches one, and kubectl rollout status calls that complete. Set it to 0.",
        { name, partition, pods },
      )
    : t(
        "partition: {partition} keeps {held} of {pods} pods of {name} at the old version, and kubectl rollout status calls that complete. Set it to 0 when the staged rollout is over.",
        { name, partition, held, pods },
      );
}
