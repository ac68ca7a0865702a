import type { DocumentEdit } from "../../fixes/edit.ts";
import { addResource } from "../../fixes/resource-edit.ts";
import { t } from "../../model/message.ts";
import { matches, selectorOf } from "../../model/selector.ts";
import { primaryLabelOf } from "../../workspace/flagger-primary.ts";
import { podSelectorKeys, podSelectorOf } from "../../workspace/indexes.ts";
import { effectiveReplicas } from "../../workspace/replicas.ts";
import { isTogether, mayShareNamespace } from "../../workspace/scope.ts";
import { selectorsOf, selectWorkloads } from "../../workspace/selection.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { identityOf, ownLabelsOf } from "../../workspace/spread.ts";
import { hasOwnTemplate, type Workload } from "../../workspace/workload.ts";
import { defineWorkloadRule } from "../rule.ts";
import { scalableWorkloads } from "../types.ts";

const BUDGET = "policy/PodDisruptionBudget";

interface Payload {
  /** What the new budget would select. */
  readonly labels: ReadonlyMap<string, string> | undefined;
  /** Nothing but this workload has these labels. */
  readonly unique: boolean;
}

export default defineWorkloadRule<Payload>({
  id: "pdb-missing",
  title: "No PodDisruptionBudget protects the replicas",
  severity: "warning",
  types: scalableWorkloads,
  needsWholeWorkspace: true,
  inCluster: ["policy/PodDisruptionBudget"],
  docs: {
    why: "Draining a node evicts its pods, and drains of several nodes run at the same time: node upgrades, autoscaler scale-downs, spot instances that are taken back. Only a PodDisruptionBudget makes an eviction wait until a replacement is ready. Without one all replicas may be gone at once, however many there are.",
    how: "Add a PodDisruptionBudget with `maxUnavailable: 1` that selects the pod labels. It never blocks a drain for good, because one pod may always go.",
    sources: [
      "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/",
      "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
    ],
    peers: {
      "kube-score": ["deployment-has-poddisruptionbudget", "statefulset-has-poddisruptionbudget"],
      polaris: "missingPodDisruptionBudget",
    },
  },
  check(workload, context) {
    const { snapshot } = context;
    const replicas = effectiveReplicas(snapshot, workload);
    if (replicas === undefined || replicas.lowest < 2 || !lacksBudget(snapshot, workload)) return;
    const { resource } = workload;
    context.report(
      resource.title,
      t(
        "No PodDisruptionBudget in this workspace selects the {replicas} pods of {kind} {name}, so node drains may evict all of them at once. Add one with maxUnavailable: 1.",
        { replicas: replicas.lowest, kind: resource.kind, name: resource.called },
      ),
      payloadFor(snapshot, workload),
    );
  },
  fixes: [
    {
      id: "add-budget",
      title: () => t("Add a PodDisruptionBudget with maxUnavailable: 1 below"),
      preferred: ({ unique }) => unique,
      edits: ({ labels }, workload, snapshot) => addBudget(snapshot, workload, labels),
    },
  ],
});

/** Whether certainly nothing protects the workload's pods, however many there are. */
function lacksBudget(snapshot: Snapshot, workload: Workload): boolean {
  if (!hasOwnTemplate(workload) || ownLabelsOf(snapshot, workload) === undefined) return false;
  const budgets = selectorsOf(snapshot, workload, BUDGET);
  return !budgets.uncertain && budgets.resources.length === 0 && !isPrimaryProtected(snapshot, workload);
}

/** Whether a budget selects the copy of the workload that Flagger runs in its place. */
function isPrimaryProtected(snapshot: Snapshot, workload: Workload): boolean {
  const label = primaryLabelOf(snapshot, workload);
  if (label === undefined) return false;
  const labels = new Map([...(workload.podLabels ?? []), label]);
  return podSelectorKeys(BUDGET, labels)
    .flatMap((key) => snapshot.find("podSelector", key))
    .some((budget) => {
      const selector = podSelectorOf(budget)?.selector;
      return (
        (selector === undefined || matches(selector, labels)) &&
        mayShareNamespace(snapshot, workload.resource, budget)
      );
    });
}

/** What gives the workload a budget: nothing where it has one, undefined where it cannot be written. */
export function budgetEdits(snapshot: Snapshot, workload: Workload): readonly DocumentEdit[] | undefined {
  if (!lacksBudget(snapshot, workload)) return [];
  return addBudget(snapshot, workload, payloadFor(snapshot, workload).labels);
}

function addBudget(
  snapshot: Snapshot,
  workload: Workload,
  labels: ReadonlyMap<string, string> | undefined,
): readonly DocumentEdit[] | undefined {
  const { resource } = workload;
  const { name, namespace } = resource;
  if (name === undefined || labels === undefined || isTaken(snapshot, workload, labels)) return undefined;
  const edit = addResource(resource, {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: namespace === undefined ? { name } : { name, namespace },
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: Object.fromEntries(labels) },
    },
  });
  return edit === undefined ? undefined : [edit];
}

/** Prefers the workload's own selector; the pod labels where that one also covers others. */
function payloadFor(snapshot: Snapshot, workload: Workload): Payload {
  const primary = primaryLabelOf(snapshot, workload);
  if (primary !== undefined) return { labels: new Map([primary]), unique: true };
  const { podLabels } = workload;
  const candidates = [identityOf(workload), podLabels].flatMap((labels) =>
    labels !== undefined && labels.size > 0 ? [labels] : [],
  );
  const isUnique = (labels: ReadonlyMap<string, string>) =>
    selectWorkloads(snapshot, workload.resource, selectorOf(labels)).together.every(
      (other) => other === workload,
    );
  const unique = candidates.find(isUnique);
  return { labels: unique ?? candidates[0], unique: unique !== undefined };
}

/** Labels that so many workloads share tell nobody apart: whose budget it should be is for a person to decide. */
const MANY = 20;

/** Whether the name is in use, or another workload with these labels has a budget: two on one pod would be worse than none. */
function isTaken(snapshot: Snapshot, workload: Workload, labels: ReadonlyMap<string, string>): boolean {
  const { resource } = workload;
  const namesakes = snapshot
    .find("name", `${BUDGET}/${resource.name}`)
    .filter(
      (budget) => isTogether(snapshot, resource, budget) && mayShareNamespace(snapshot, resource, budget),
    );
  if (namesakes.length > 0) return true;
  const covered = selectWorkloads(snapshot, resource, selectorOf(labels)).together;
  return (
    covered.length > MANY ||
    covered.some((other) => other !== workload && selectorsOf(snapshot, other, BUDGET).resources.length > 0)
  );
}
