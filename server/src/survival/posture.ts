import { type Message, t } from "../model/message.ts";
import type { Resource } from "../model/resource.ts";
import { majorityOf, quorumGroupOf } from "../workspace/quorum.ts";
import { effectiveReplicas, type Replicas, scaledBy } from "../workspace/replicas.ts";
import type { Snapshot, Topology } from "../workspace/snapshot.ts";
import { hasOwnTemplate, type Workload } from "../workspace/workload.ts";
import { daemonPosture } from "./daemons.ts";
import { drainOf } from "./drains.ts";
import { rulesOf } from "./limits.ts";
import { lossOf, type Pods } from "./losses.ts";
import { machinePosture } from "./machines.ts";
import { rolloutOf } from "./rollouts.ts";
import { type Posture, plain, type State } from "./verdict.ts";
import { whereaboutsOf } from "./whereabouts.ts";

/**
 * What is guaranteed to a workload: how many of its pods stay, wherever the scheduler has put them within the rules that
 * it must keep. All are taken to run before. Rules count as they bind the scheduler when it places a pod; it moves
 * none afterwards. The topology is what `.nines.yaml` says; what it leaves open is unknown, never assumed.
 */
export function postureOf(snapshot: Snapshot, workload: Workload, topology: Topology): Posture {
  const { resource } = workload;
  if (snapshot.layout.completenessOf(resource) !== "complete")
    return all("unknown", t("A template decides what this workload is in the end."));
  if (resource.kind === "DaemonSet") return daemonPosture(snapshot, workload, topology);
  if (resource.kind === "VirtualMachine") return machinePosture(snapshot, workload);
  if (!hasOwnTemplate(workload))
    return all(
      "unknown",
      t("Its pods are made from the template of another workload, which is not in the workspace."),
    );
  const replicas = effectiveReplicas(snapshot, workload);
  if (replicas === undefined || replicas.lowest < 0)
    return all("unknown", t("A template or an overlay decides how many pods run."));
  if (replicas.lowest === 0) return ofNone(replicas);
  const group = quorumGroupOf(resource);
  const pods: Pods = {
    pods: replicas.lowest,
    needed: group === undefined ? 1 : majorityOf(replicas.lowest),
    system: group?.system,
    rules: rulesOf(snapshot, workload),
    where: whereaboutsOf(snapshot, workload, topology),
  };
  return {
    nodeLoss: lossOf("node", pods),
    zoneLoss: lossOf("zone", pods),
    drain: drainOf(snapshot, workload, pods),
    rollout: rolloutOf(snapshot, managerOf(replicas, resource), pods),
  };
}

/** Whether a Rollout only manages the pods of a workload that is told of by itself. */
export function isToldElsewhere(snapshot: Snapshot, workload: Workload): boolean {
  return !hasOwnTemplate(workload) && scaledBy(snapshot, workload.resource).length > 0;
}

/** A Rollout that takes a Deployment over replaces its pods. */
function managerOf({ decidedBy }: Replicas, resource: Resource): Resource {
  return decidedBy.find(({ type }) => type === "argoproj.io/Rollout") ?? resource;
}

function ofNone({ decidedBy }: Replicas): Posture {
  const [scaler] = decidedBy;
  return scaler === undefined
    ? all("none", t("It runs 0 pods, so there is none to lose."))
    : all(
        "notGuaranteed",
        t("{kind} {name} may have scaled it down to 0 pods already.", {
          ...{ kind: scaler.kind, name: scaler.name ?? "" },
        }),
      );
}

function all(state: State, sentence: Message): Posture {
  const verdict = plain(state, sentence);
  return { nodeLoss: verdict, zoneLoss: verdict, drain: verdict, rollout: verdict };
}
