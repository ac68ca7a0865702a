import type { DocumentEdit } from "../../fixes/edit.ts";
import { type Message, t } from "../../model/message.ts";
import { itemsOf, type MapNode, nodeAt } from "../../model/node.ts";
import { effectiveReplicas } from "../../workspace/replicas.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import {
  type Coverage,
  coverageOf,
  identityOf,
  namesNode,
  type OwnLabels,
  ownLabelsOf,
  podSpecPath,
  separatesNodes,
  spreadTermsOf,
  takesNodePorts,
} from "../../workspace/spread.ts";
import { hasOwnTemplate, type Workload } from "../../workspace/workload.ts";
import { defineWorkloadRule } from "../rule.ts";
import { scalableWorkloads } from "../types.ts";
import { addConstraints, constraintOver, type Strictness } from "./spread-constraint.ts";

const LIST = "topologySpreadConstraints";

interface Payload {
  readonly podSpec: MapNode;
  /** Some constraint or term is there but counts other pods: mending it is the way, not a second one. */
  readonly astray: boolean;
}

export default defineWorkloadRule<Payload>({
  id: "spread-missing",
  title: "Nothing keeps the replicas on different nodes",
  severity: "warning",
  types: scalableWorkloads,
  needsWholeWorkspace: true,
  docs: {
    why: "Replicas on one node fail together: a kernel panic, a full disk or a drain takes all of them. The scheduler's own default (at most 3 more pods per node and 5 more per zone, both as a wish) makes a spread likely, but never promises one, and it is off as soon as a pod states a constraint of its own. It forgets everything when nodes are short, as after a failure.",
    how: "State topology spread over `kubernetes.io/hostname` and `topology.kubernetes.io/zone` with the pods' own labels. `ScheduleAnyway` never leaves a pod Pending; `DoNotSchedule` is a promise, and needs a node that can take each pod. Pod anti-affinity on such a key counts too, and so do host ports: two pods that take the same port of the node cannot share it.",
    sources: [
      "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/scheduler/framework/plugins/podtopologyspread/plugin.go",
    ],
    peers: {
      "kube-linter": "no-anti-affinity",
      "kube-score": [
        "deployment-has-host-podantiaffinity",
        "statefulset-has-host-podantiaffinity",
        "pod-topology-spread-constraints",
      ],
      polaris: "topologySpreadConstraint",
    },
  },
  check(workload, context) {
    const { snapshot } = context;
    const replicas = effectiveReplicas(snapshot, workload);
    if (replicas === undefined || replicas.lowest < 2) return;
    const lack = lackOf(snapshot, workload);
    if (lack !== undefined) context.report(workload.resource.title, message(workload, replicas.lowest), lack);
  },
  fixes: [
    {
      id: "spread",
      title: () => t("Spread over nodes and zones wherever possible"),
      preferred: true,
      edits: (payload, workload) => spreadEdits(payload, workload, "ScheduleAnyway"),
    },
    {
      id: "spread-strictly",
      title: () => t("Spread over nodes strictly, over zones wherever possible"),
      preferred: false,
      edits: (payload, workload) => spreadEdits(payload, workload, "DoNotSchedule"),
    },
  ],
});

/** What the workload's pods lack to be kept apart, however many there are; undefined when something does, or may. */
function lackOf(snapshot: Snapshot, workload: Workload): Payload | undefined {
  const { podSpec } = workload;
  if (!hasOwnTemplate(workload) || podSpec === undefined) return undefined;
  const labels = ownLabelsOf(snapshot, workload);
  if (labels === undefined || isDecidedElsewhere(snapshot, workload)) return undefined;
  const coverage = coverages(snapshot, workload, labels);
  if (coverage.some((one) => one !== "others") || takesNodePorts(workload)) return undefined;
  // Whoever names the node has left the scheduler out.
  if (namesNode(workload)) return undefined;
  const astray = spreadTermsOf(workload).some((term) => term.kind === "constraint" && separatesNodes(term));
  return { podSpec, astray };
}

/** What spreads the workload's pods: nothing where something does, undefined where it cannot be written. */
export function spreadingEdits(snapshot: Snapshot, workload: Workload): readonly DocumentEdit[] | undefined {
  const lack = lackOf(snapshot, workload);
  return lack === undefined ? [] : spreadEdits(lack, workload, "ScheduleAnyway");
}

/** What the terms that separate nodes are about; the list itself may be a template's. */
function coverages(snapshot: Snapshot, workload: Workload, labels: OwnLabels): readonly Coverage[] {
  return spreadTermsOf(workload)
    .filter(separatesNodes)
    .map((term) => coverageOf(snapshot, workload, term, labels));
}

function isDecidedElsewhere(snapshot: Snapshot, workload: Workload): boolean {
  return ["affinity", LIST].some((name) => {
    const node = nodeAt(workload.podSpec, name);
    const isUnknown = node?.kind === "scalar" && node.unknown;
    return isUnknown || snapshot.layout.isPatched(workload.resource, podSpecPath(workload, name));
  });
}

function message({ resource, podSpec }: Workload, replicas: number): Message {
  const values = { replicas, kind: resource.kind, name: resource.called };
  return itemsOf(nodeAt(podSpec, LIST)).length > 0
    ? t(
        "No topology spread or anti-affinity keeps the {replicas} pods of {kind} {name} on different nodes, and with constraints of its own the scheduler's default spread is off: the loss of one node may take all of them. Add spread over hostname and zone.",
        values,
      )
    : t(
        "Nothing keeps the {replicas} pods of {kind} {name} on different nodes: the scheduler's default makes that likely but never promises it, so the loss of one node may take all of them. Add spread over hostname and zone.",
        values,
      );
}

function spreadEdits(
  { podSpec, astray }: Payload,
  workload: Workload,
  overNodes: Strictness,
): readonly DocumentEdit[] | undefined {
  const labels = identityOf(workload);
  if (labels === undefined || astray) return undefined;
  return addConstraints(workload.resource, podSpec, [
    constraintOver("kubernetes.io/hostname", overNodes, labels),
    constraintOver("topology.kubernetes.io/zone", "ScheduleAnyway", labels),
  ]);
}
