import { type Message, t } from "../../model/message.ts";
import { nodeAt, type Step, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { ceilingOf } from "../../workspace/autoscaler-bounds.ts";
import { autoscalerTypes, effectiveReplicas } from "../../workspace/replicas.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { podSpecPath } from "../../workspace/spread.ts";
import { accessModesOf, claimsNamed, podVolumesOf } from "../../workspace/volumes.ts";
import type { Workload } from "../../workspace/workload.ts";
import { defineWorkloadRule } from "../rule.ts";
import { scalableWorkloads } from "../types.ts";

/** How few may mount a claim: the pods of one node, or a single pod. */
type Exclusivity = "node" | "pod";

export default defineWorkloadRule({
  id: "volume-pins-replicas",
  title: "Several replicas share a volume that one node can mount",
  severity: "error",
  types: scalableWorkloads,
  needsWholeWorkspace: true,
  inCluster: autoscalerTypes,
  docs: {
    why: "A ReadWriteOnce volume is attached to one node at a time: replicas that the scheduler puts on another one hang in ContainerCreating with a multi-attach error, and those that run all share the node of the first, fail with it, and wait until the volume is detached from it. ReadWriteOncePod lets a single pod in; all others stay Pending.",
    how: "Give each replica a volume of its own (a StatefulSet with volumeClaimTemplates) and replicate the data, or use storage that offers ReadWriteMany. Judged where the claim's manifest is in the workspace; the claim templates of a StatefulSet make one claim for each pod.",
    sources: [
      "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/volume/attachdetach/reconciler/reconciler.go",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions.go",
    ],
  },
  check(workload, context) {
    const { snapshot } = context;
    const { resource } = workload;
    const replicas = effectiveReplicas(snapshot, workload);
    if (replicas === undefined) return;
    const highest = Math.max(0, ...replicas.decidedBy.flatMap((scaler) => ceilingOf(snapshot, scaler) ?? []));
    if (Math.max(replicas.lowest, highest) < 2) return;
    if (snapshot.layout.isPatched(resource, podSpecPath(workload, "volumes"))) return;
    for (const { claim, path } of sharedClaims(workload)) {
      const claims = claimsNamed(snapshot, workload, claim);
      const exclusivity = exclusivityOf(snapshot, claims);
      if (exclusivity === undefined) continue;
      const isCertain = replicas.lowest >= 2;
      const values = { claim, replicas: isCertain ? replicas.lowest : highest };
      context.report(
        resource.at(path),
        isCertain ? certain(exclusivity, values) : possible(exclusivity, values),
        undefined,
        {
          severity: isCertain ? "error" : "warning",
          related: claims.map((found) => ({
            location: found.at("spec.accessModes"),
            message: t("The access modes of the claim"),
          })),
        },
      );
    }
  },
});

/** The claims that all pods of a workload mount. */
function sharedClaims(workload: Workload): { claim: string; path: readonly Step[] }[] {
  return podVolumesOf(workload).flatMap(({ volume, index }) => {
    const claim = stringOf(nodeAt(volume, "persistentVolumeClaim.claimName"));
    const path = [...podSpecPath(workload, "volumes"), index, "persistentVolumeClaim", "claimName"];
    return claim === undefined ? [] : [{ claim, path }];
  });
}

/** Undefined when some claim may be mounted by several nodes, or nobody can say. */
function exclusivityOf(snapshot: Snapshot, claims: readonly Resource[]): Exclusivity | undefined {
  const modes = claims.flatMap((claim) =>
    snapshot.layout.isPatched(claim, "spec.accessModes") ? [undefined] : accessModesOf(claim),
  );
  if (modes.length === 0) return undefined;
  if (modes.every((mode) => mode === "ReadWriteOncePod")) return "pod";
  return modes.every((mode) => mode === "ReadWriteOnce" || mode === "ReadWriteOncePod") ? "node" : undefined;
}

function certain(exclusivity: Exclusivity, values: Message["values"]): Message {
  return exclusivity === "pod"
    ? t(
        "Claim {claim} is ReadWriteOncePod: one of the {replicas} replicas can mount it, the others stay Pending. Give each replica a volume of its own.",
        values,
      )
    : t(
        "Claim {claim} is ReadWriteOnce: only one node can mount it, so the {replicas} replicas either hang or all run on that node and fail with it. Give each replica a volume of its own, or use ReadWriteMany storage.",
        values,
      );
}

function possible(exclusivity: Exclusivity, values: Message["values"]): Message {
  return exclusivity === "pod"
    ? t(
        "Claim {claim} is ReadWriteOncePod: when the autoscaler asks for more than one replica (up to {replicas}), the others stay Pending. Give each replica a volume of its own.",
        values,
      )
    : t(
        "Claim {claim} is ReadWriteOnce: when the autoscaler asks for more than one replica (up to {replicas}), the others hang unless they run on the same node. Give each replica a volume of its own, or use ReadWriteMany storage.",
        values,
      );
}
