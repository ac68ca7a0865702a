import { selectLabels } from "../../fixes/selector-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { nodeAt, present, stringOf } from "../../model/node.ts";
import { formatSelector, labelSelectorOf, type Selector, selectorOf } from "../../model/selector.ts";
import { quorumGroupOf } from "../../workspace/quorum.ts";
import { selectWorkloads } from "../../workspace/selection.ts";
import { isTypingError } from "../../workspace/similarity.ts";
import type { Snapshot, Topology } from "../../workspace/snapshot.ts";
import {
  coverageOf,
  identityOf,
  mismatchedKeys,
  namesNamespaces,
  type OwnLabels,
  ownLabelsOf,
  podSpecPath,
  type SpreadTerm,
  spreadTermsOf,
  unfulfilled,
} from "../../workspace/spread.ts";
import { hasOwnTemplate, type Workload } from "../../workspace/workload.ts";
import { hasTwo } from "../quorum/two-places.ts";
import { defineWorkloadRule } from "../rule.ts";
import { scalableWorkloads } from "../types.ts";
import { hasRoom } from "./spread-shortfall.ts";

interface Payload {
  readonly term: SpreadTerm;
  /** Nobody else carries what the selector asks for, so that it can only be meant for these pods. */
  readonly unambiguous: boolean;
  /** The topology has room for the pods when the term counts them, and no majority of voters ends up in one place. */
  readonly fits: boolean;
}

export default defineWorkloadRule<Payload>({
  id: "spread-matches-nothing",
  title: "Spread or anti-affinity does not count its own pods",
  severity: "error",
  types: scalableWorkloads,
  docs: {
    why: "A topology spread constraint compares nodes by the pods that its labelSelector matches. When it does not match the labels of the very pods that state it, placing one changes nothing in the count: the constraint is always fulfilled and the scheduler may put every replica on one node. The same goes for an anti-affinity whose selector misses its own pods. An absent labelSelector matches none.",
    how: "Use labels of the pod template. An anti-affinity may be meant against the pods of another app; it is reported only when it plainly means its own: no workload in the workspace carries what it asks for, and it misspells an own label, takes a label's name for another's, or asks for its own name and something more. `matchLabelKeys` take the pod's own values and never make a selector miss.",
    sources: [
      "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#other-noticeable-semantics",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/scheduler/framework/plugins/podtopologyspread/filtering.go",
    ],
  },
  check(workload, context) {
    const { snapshot } = context;
    if (!hasOwnTemplate(workload)) return;
    const labels = ownLabelsOf(snapshot, workload);
    if (labels === undefined) return;
    for (const term of spreadTermsOf(workload)) {
      if (isPatched(snapshot, workload, term) || coverageOf(snapshot, workload, term, labels) !== "others")
        continue;
      const selector = labelSelectorOf(present(nodeAt(term.node, "labelSelector")));
      const strangers = selector === undefined ? false : mayMeanOthers(snapshot, workload, selector);
      if (term.kind === "antiAffinity" && !meansItself(snapshot, workload, term, selector, labels)) continue;
      context.report(
        workload.resource.at([...term.path, "labelSelector"]),
        message(workload, term, selector, labels),
        { term, unambiguous: !strangers, fits: isMeetable(snapshot, workload, term, context.topology) },
      );
    }
  },
  fixes: [
    {
      id: "own-labels",
      title: (_, { resource }) =>
        t("Select the labels of {kind} {name}", { kind: resource.kind, name: resource.called }),
      preferred: ({ unambiguous }) => unambiguous,
      edits({ term, fits }, workload) {
        const labels = identityOf(workload);
        if (labels === undefined || !fits) return undefined;
        return selectLabels(workload.resource.document, term.node, "labelSelector", labels);
      },
    },
  ],
});

/** Whether the term leads to no other outage once it is about these pods: some without a place, or voters halved. */
function isMeetable(snapshot: Snapshot, workload: Workload, term: SpreadTerm, topology: Topology): boolean {
  const halves =
    stringOf(nodeAt(term.node, "whenUnsatisfiable")) === "DoNotSchedule" &&
    hasTwo(stringOf(nodeAt(term.node, "topologyKey")) ?? "", topology);
  if (halves && quorumGroupOf(workload.resource) !== undefined) return false;
  return hasRoom(snapshot, workload, term, topology);
}

function isPatched(snapshot: Snapshot, workload: Workload, term: SpreadTerm): boolean {
  const field = term.kind === "constraint" ? "topologySpreadConstraints" : "affinity";
  return snapshot.layout.isPatched(workload.resource, podSpecPath(workload, field));
}

/** Whether the selector may be meant for pods of others: some are there, or the workspace does not show all. */
function mayMeanOthers(snapshot: Snapshot, workload: Workload, selector: Selector): boolean {
  if (!snapshot.complete) return true;
  const selected = selectWorkloads(snapshot, workload.resource, selector);
  return selected.uncertain || selected.together.length > 0;
}

/**
 * Anti-affinity against others is common and fine. It means its own pods when it matches no pod at all, or when
 * nobody carries what it asks for and what it asks for is nearly what these pods carry.
 */
function meansItself(
  snapshot: Snapshot,
  workload: Workload,
  term: SpreadTerm,
  selector: Selector | undefined,
  labels: OwnLabels,
): boolean {
  if (namesNamespaces(term) || mismatchedKeys(term).length > 0) return false;
  if (selector === undefined) return true;
  if (mayMeanOthers(snapshot, workload, selector)) return false;
  const missed = unfulfilled(selector, labels);
  const namesItself = selector.some(
    (requirement) =>
      !missed.includes(requirement) &&
      requirement.operator === "In" &&
      requirement.values.length === 1 &&
      requirement.values[0] === workload.resource.name,
  );
  return missed.every((requirement) => {
    if (requirement.operator !== "In" || requirement.values.length !== 1) return false;
    const wanted = requirement.values[0] ?? "";
    const own = labels.known.get(requirement.key);
    if (own !== undefined) return wanted === workload.resource.name || isTypingError(own, wanted);
    return namesItself || wanted === workload.resource.name;
  });
}

function message(
  { resource }: Workload,
  term: SpreadTerm,
  selector: Selector | undefined,
  labels: OwnLabels,
): Message {
  const values = {
    kind: resource.kind,
    name: resource.called,
    key: stringOf(nodeAt(term.node, "topologyKey")) ?? "topologyKey",
    labels: formatSelector(selectorOf(labels.known)) || "–",
  };
  const isConstraint = term.kind === "constraint";
  if (selector === undefined) {
    return isConstraint
      ? t(
          "This topology spread constraint has no labelSelector, so it counts no pods and spreads none: all pods of {kind} {name} may share one {key}. Select their labels ({labels}).",
          values,
        )
      : t(
          "This anti-affinity has no labelSelector, so it matches no pods and keeps none apart: all pods of {kind} {name} may share one {key}. Select their labels ({labels}).",
          values,
        );
  }
  const asked = { ...values, selector: formatSelector(selector) };
  return isConstraint
    ? t(
        "This topology spread constraint counts pods with {selector}, but those of {kind} {name} carry {labels}: it does not spread them, and all may share one {key}. Select their labels.",
        asked,
      )
    : t(
        "This anti-affinity keeps away from pods with {selector}, which no workload here has, while those of {kind} {name} carry {labels}: all of them may share one {key}. Select their labels.",
        asked,
      );
}
