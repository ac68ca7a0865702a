import type { DocumentEdit } from "../../fixes/edit.ts";
import { setPath } from "../../fixes/yaml-edit.ts";
import { intOrPercentOf } from "../../model/int-or-percent.ts";
import { t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { autoscalerTypes, effectiveReplicas } from "../../workspace/replicas.ts";
import { type Strategy, strategyOf } from "../../workspace/rollout-strategy.ts";
import { exclusiveVolumeOf, holdsNodePort } from "../../workspace/volumes.ts";
import { defineWorkloadRule } from "../rule.ts";
import { verdictOf } from "./rollout-verdict.ts";

interface Payload {
  readonly strategy: Strategy;
  /** Two pods of it may run beside each other, old and new: nothing that it mounts or holds speaks against it. */
  readonly mayOverlap: boolean;
  /** It runs as several pods today. */
  readonly isPlural: boolean;
}

export default defineWorkloadRule<Payload>({
  id: "rollout-outage",
  title: "Every rollout stops all pods at once",
  severity: "warning",
  types: [
    "apps/Deployment",
    "extensions/Deployment",
    "argoproj.io/Rollout",
    "apps/StatefulSet",
    "apps/DaemonSet",
    "extensions/DaemonSet",
  ],
  needsWholeWorkspace: true,
  inCluster: autoscalerTypes,
  docs: {
    why: "Recreate stops every old pod before it starts a new one, and a maxUnavailable that comes to all replicas allows a rolling update to do the same. Each rollout is then an outage as long as the new pods take to start, and a rollout of a version that does not start is one until somebody rolls back.",
    how: "Use `RollingUpdate` with `maxUnavailable: 0` and `maxSurge: 1`: a pod goes when its successor is ready. For Deployments and Rollouts percentages of maxUnavailable round down and those of maxSurge up, so the defaults never stop a single replica; an autoscaler's minimum counts. A single pod on a volume that only one node can mount (ReadWriteOnce, or a claim whose manifest is not in the workspace) has to stop before its successor starts: that is reported as information, since only replication changes it. A StatefulSet with one replica is left to replicas-minimum, and `OnDelete` to whoever deletes the pods.",
    sources: [
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/deployment/util/deployment_util.go",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/statefulset/stateful_set_control.go",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/daemon/update.go",
      "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    ],
    peers: { "kube-linter": "no-rolling-update-strategy", "kube-score": "deployment-strategy" },
  },
  check(workload, context) {
    const { resource } = workload;
    const { snapshot, topology } = context;
    const strategy = strategyOf(resource);
    if (
      strategy === undefined ||
      snapshot.layout.isPatched(resource, isOrdered(resource) ? "spec.updateStrategy" : "spec.strategy")
    )
      return;
    const replicas = effectiveReplicas(snapshot, workload);
    // A Rollout that refers to it replaces the pods, in its own way.
    if (replicas?.decidedBy.some(({ type }) => type === "argoproj.io/Rollout") === true) return;
    if (replicas !== undefined && replicas.highest === 0 && replicas.decidedBy.length === 0) return;
    // Scaled down to nothing there is nothing to stop; the first pod above that counts.
    const pods = replicas === undefined ? undefined : Math.max(1, replicas.lowest);
    const volume = exclusiveVolumeOf(snapshot, workload);
    const verdict = verdictOf(workload, strategy, pods, topology);
    if (verdict === undefined) return;
    const payload = {
      strategy,
      mayOverlap: volume === undefined && !holdsNodePort(workload),
      isPlural: pods !== undefined && pods > 1,
    };
    const at = resource.at(`${strategy.path}.${verdict.field}`);
    if (pods === 1 && volume !== undefined) {
      context.report(
        at,
        t(
          "Every rollout stops the only pod before the next one starts, and volume {volume} leaves no other way: a second pod could not mount it from another node. Only replicating the data changes that.",
          { volume },
        ),
        payload,
        { severity: "info" },
      );
    } else context.report(at, verdict.message, payload);
  },
  fixes: [
    {
      id: "roll",
      title: (_, { resource }) =>
        isOrdered(resource) ? t("Set maxUnavailable to 1") : t("Roll with maxUnavailable 0 and maxSurge 1"),
      // Who chose Recreate for a single pod may have written it for a single one.
      preferred: ({ strategy, mayOverlap, isPlural }, { resource }) =>
        isOrdered(resource) || (mayOverlap && (isPlural || allowsOverlap(strategy))),
      needsConfirmation: ({ mayOverlap }, { resource }) => !mayOverlap && !isOrdered(resource),
      edits: ({ strategy }, { resource }) => rollingEdits(resource, strategy),
    },
  ],
});

/** A rolling update with a surge runs old and new pods side by side already. */
function allowsOverlap(strategy: Strategy): boolean {
  return (
    strategy.kind === "rolling" &&
    !(strategy.maxSurge.state === "known" && strategy.maxSurge.value.value === 0)
  );
}

function rollingEdits(resource: Resource, strategy: Strategy): DocumentEdit[] {
  if (isOrdered(resource)) return setPath(resource, `${strategy.path}.maxUnavailable`, 1);
  if (strategy.kind === "rolling") return [...surgeEdits(resource, strategy.path)];
  return [
    ...setPath(resource, `${strategy.path}.type`, "RollingUpdate"),
    ...surgeEdits(resource, `${strategy.path}.rollingUpdate`),
  ];
}

function surgeEdits(resource: Resource, path: string): DocumentEdit[] {
  const block = resource.get(path);
  if (block?.kind !== "map" || block.entries.length === 0)
    return setPath(resource, path, { maxUnavailable: 0, maxSurge: 1 }, { after: ["type"] });
  const surge = intOrPercentOf(resource.get(`${path}.maxSurge`));
  return [
    ...setPath(resource, `${path}.maxUnavailable`, 0, { before: ["maxSurge"] }),
    ...(surge !== undefined && surge.value > 0
      ? []
      : setPath(resource, `${path}.maxSurge`, 1, { after: ["maxUnavailable"] })),
  ];
}

/** Replaces pods one after the other in place: there is no surge to ask for. */
function isOrdered({ kind }: Resource): boolean {
  return kind === "StatefulSet" || kind === "DaemonSet";
}
