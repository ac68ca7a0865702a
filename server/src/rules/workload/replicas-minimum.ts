import type { DocumentEdit } from "../../fixes/edit.ts";
import { removeEntry, setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { nodeAt, type Path, steps } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { controlPlanePrograms, electsNoLeader } from "../../workspace/program-flags.ts";
import { quorumGroupOf } from "../../workspace/quorum.ts";
import { autoscalerTypes } from "../../workspace/replicas.ts";
import { exclusiveVolumeOf } from "../../workspace/volumes.ts";
import { defineRule } from "../rule.ts";
import { budgetEdits } from "./pdb-missing.ts";
import { messageFor, type Shortage, shortageOf } from "./replica-shortage.ts";
import { spreadingEdits } from "./spread-missing.ts";
import { shortfallsOf } from "./spread-shortfall.ts";

interface Payload extends Shortage {
  readonly minimum: number;
  /**
   * The number alone does not help: members vote or elect no leader, a volume is mounted by one node only, or nodes are
   * too few.
   */
  readonly isBound: boolean;
  /** What several pods need besides: a budget and spread; undefined where that cannot be written here. */
  readonly companions: readonly DocumentEdit[] | undefined;
}

export default defineRule<Payload, { readonly minimum: number }>({
  id: "replicas-minimum",
  title: "Too few replicas to lose one during maintenance",
  severity: "warning",
  appliesTo: [
    "apps/*/Deployment",
    "extensions/*/Deployment",
    "apps/*/StatefulSet",
    "apps/*/ReplicaSet",
    "argoproj.io/*/Rollout",
    "autoscaling/*/HorizontalPodAutoscaler",
    "keda.sh/*/ScaledObject",
  ],
  needsWholeWorkspace: true,
  inCluster: autoscalerTypes,
  options: {
    minimum: {
      default: 3,
      description: "How many pods a workload needs at least, whoever decides it.",
      minimum: 1,
    },
  },
  docs: {
    why: "One replica is an outage at every crash, drain and node failure: after the loss of a node it takes more than five minutes by default until a new pod is even scheduled. With two, the one that is left carries everything while the other is replaced, and its loss is the outage. Three survive a failure during maintenance.",
    how: "What counts is who decides the number: the minReplicas of a HorizontalPodAutoscaler (1 by default) or the minReplicaCount of a KEDA ScaledObject (0 by default, and `idleReplicaCount` where it has one) where one targets the workload, and the finding stands there; else `spec.replicas`. A workload that is switched off with `replicas: 0`, one whose number an overlay sets, DaemonSets, Jobs and pods that only sleep are left alone. A single instance is reported too when its volume or its design allows no second one, since that is where the availability ends; suppress it with the reason, or replicate the data. Where a workload begins to run as several, the fix adds the budget and the spread that several pods need. It is applied without a question only to a stateless workload that runs as several pods already.",
    sources: [
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/autoscaling/v2/defaults.go",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/podautoscaler/horizontal.go",
      "https://keda.sh/docs/latest/reference/scaledobject-spec/",
    ],
    peers: {
      "kube-linter": ["minimum-three-replicas", "hpa-minimum-three-replicas"],
      "kube-score": ["deployment-replicas", "horizontalpodautoscaler-replicas"],
      polaris: ["deploymentMissingReplicas", "hpaMinAvailability"],
    },
  },
  check(resource, context) {
    const { snapshot } = context;
    const { minimum } = context.options;
    const shortage = shortageOf(snapshot, resource);
    if (shortage === undefined || shortage.count >= minimum) return;
    const { workload, workloads, count, path, idle } = shortage;
    const [volume] = workloads.flatMap((each) => exclusiveVolumeOf(snapshot, each) ?? []);
    const wanted = { lowest: minimum, highest: minimum, decidedBy: [] };
    const needed =
      count < 2 && minimum >= 2
        ? workloads.flatMap((each) => [budgetEdits(snapshot, each), spreadingEdits(snapshot, each)])
        : [];
    context.report(
      resource.at(idle ?? path),
      messageFor(shortage, resource, minimum, volume),
      {
        ...shortage,
        minimum,
        isBound:
          volume !== undefined ||
          workloads.some((each) => quorumGroupOf(each.resource) !== undefined) ||
          workloads.some((each) => controlPlanePrograms(each.resource).some(electsNoLeader)) ||
          workloads.some((each) => shortfallsOf(snapshot, each, wanted, context.topology).length > 0),
        companions: needed.includes(undefined) ? undefined : needed.flatMap((edits) => edits ?? []),
      },
      workload.resource === resource
        ? {}
        : {
            related: [
              {
                location: workload.resource.title,
                message: t("This is what it scales."),
              },
            ],
          },
    );
  },
  fixes: [
    {
      id: "set-minimum",
      title: ({ minimum, path, companions }) =>
        companions?.length === 0
          ? t("Set {field} to {minimum}", { field: `${steps(path).at(-1)}`, minimum })
          : t("Run {minimum} pods, protected by a PodDisruptionBudget and spread over nodes", { minimum }),
      preferred: (payload, resource) => isHarmless(payload, resource),
      needsConfirmation: (payload, resource) => !isHarmless(payload, resource),
      edits(payload, resource) {
        const { minimum, active, path, idle, isBound, companions } = payload;
        const ceiling = ceilingEdits(payload, resource);
        if (isBound || companions === undefined || ceiling === undefined) return undefined;
        const placement = { before: ["maxReplicas", "maxReplicaCount", "selector", "template"] };
        const floor = active >= minimum ? [] : setPath(resource, path, minimum, placement);
        return [...withoutIdle(resource, idle), ...floor, ...ceiling, ...companions];
      },
    },
  ],
});

/** It runs as several pods today, has no identity or data of its own, and nothing but the number changes. */
function isHarmless(payload: Payload, resource: Resource): boolean {
  const { workload, count, companions } = payload;
  return (
    workload.resource.kind !== "StatefulSet" &&
    (count >= 2 || (workload.resource !== resource && count === 1)) &&
    companions?.length === 0 &&
    ceilingEdits(payload, resource)?.length === 0
  );
}

/** From now on as many run when idle as when the first trigger fires. */
function withoutIdle({ document, root }: Resource, idle: Path | undefined): readonly DocumentEdit[] {
  if (idle === undefined) return [];
  const [key, ...parents] = [...steps(idle)].reverse();
  const holder = nodeAt(root, parents.reverse());
  const removal = holder?.kind === "map" ? removeEntry(document, holder, `${key}`) : undefined;
  return removal === undefined ? [] : [removal];
}

/** Keeps an autoscaler's headroom where its maximum would be reached at once; undefined where it is unknown. */
function ceilingEdits(payload: Payload, resource: Resource): DocumentEdit[] | undefined {
  const { ceiling, active, minimum, idle } = payload;
  if (ceiling === undefined) return [];
  const { path, maximum } = ceiling;
  if (maximum === undefined) return undefined;
  // What went up and down between idle and its minimum only needs some room once it does not go idle any more.
  const headroom = Math.max(idle === undefined ? 0 : 1, maximum - active);
  return maximum > minimum ? [] : setPath(resource, path, minimum + headroom);
}
