import { selectLabels } from "../../fixes/selector-edit.ts";
import { type Message, t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { formatSelector, type Selector, selectorOf } from "../../model/selector.ts";
import { selectsPrimary } from "../../workspace/flagger-primary.ts";
import { podSelectorOf } from "../../workspace/indexes.ts";
import { effectiveReplicas } from "../../workspace/replicas.ts";
import { namespaceOf } from "../../workspace/scope.ts";
import { selectedBy, selectorsOf } from "../../workspace/selection.ts";
import { likeliest } from "../../workspace/similarity.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { isAllVisible, workloadsBeside } from "../../workspace/surroundings.ts";
import type { Workload } from "../../workspace/workload.ts";
import { defineRule } from "../rule.ts";
import { type Closest, closestLabels } from "./closest-labels.ts";
import { inOtherNamespaces } from "./other-namespace.ts";

export default defineRule<Closest>({
  id: "pdb-selects-nothing",
  title: "PodDisruptionBudget selects no pods",
  severity: "warning",
  appliesTo: ["policy/*/PodDisruptionBudget"],
  needsWholeWorkspace: true,
  inCluster: ["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "argoproj.io/Rollout"],
  docs: {
    why: "A PodDisruptionBudget protects the pods whose own labels fulfil its whole selector, in its own namespace. One that matches none is accepted without a word and protects nothing: drains evict all replicas at once, while everybody believes that they are safe. Usual causes are a renamed label, a label that stands on the Deployment but not on its pod template, one condition too many (all of them must hold), and another namespace.",
    how: "Select labels of the pod template. The finding stands only where the manifests around the budget show what it was meant for; budgets for pods that an operator makes, or that live in another repository, are left alone.",
    sources: [
      "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/disruption/disruption.go",
    ],
  },
  check(budget, context) {
    const { snapshot } = context;
    const selector = podSelectorOf(budget)?.selector;
    const selected = selectedBy(snapshot, budget);
    if (selector === undefined || selector.length === 0 || selected === undefined) return;
    if (selected.uncertain || selected.together.length > 0) return;
    if (snapshot.layout.isPatched(budget, "spec.selector") || selectsPrimary(snapshot, budget, selector))
      return;
    const far = inOtherNamespaces(snapshot, budget, selector).find((each) => !hasBudget(snapshot, each));
    if (far !== undefined) {
      context.report(budget.at("spec.selector"), farMessage(snapshot, budget, selector, far), {
        closest: undefined,
      });
      return;
    }
    const around = workloadsAround(snapshot, budget);
    const best = likeliest(selector, budget.name, around);
    const left = best?.meant === true ? [] : unprotected(snapshot, budget, selector, around);
    if (best?.meant !== true && left.length === 0) return;
    const closest = best?.workload ?? (left.length === 1 ? left[0] : undefined);
    context.report(budget.at("spec.selector"), message(selector, closest), { closest });
  },
  fixes: [
    closestLabels((budget, spec, labels, closest, snapshot) =>
      // A second budget on the same pods would block every eviction.
      hasBudget(snapshot, closest) ? undefined : selectLabels(budget.document, spec, "selector", labels),
    ),
  ],
});

/** The workloads that are deployed together with the budget, certainly into its namespace. */
function workloadsAround(snapshot: Snapshot, budget: Resource): readonly Workload[] {
  return workloadsBeside(snapshot, budget).filter(
    ({ resource, longRunning, podLabels }) =>
      longRunning &&
      podLabels !== undefined &&
      podLabels.size > 0 &&
      (resource.namespace === undefined) === (budget.namespace === undefined),
  );
}

/**
 * The workloads that a budget must be meant for although nothing in it names one: those around it with replicas
 * and no budget. None where the pods may be those of something that cannot be seen here, or of an operator.
 */
function unprotected(
  snapshot: Snapshot,
  budget: Resource,
  selector: Selector,
  around: readonly Workload[],
): readonly Workload[] {
  if (selector.some(({ key }) => isOperatorLabel(key)) || !isAllVisible(snapshot, budget)) return [];
  return around.filter(
    (workload) => (effectiveReplicas(snapshot, workload)?.lowest ?? 0) >= 2 && !hasBudget(snapshot, workload),
  );
}

/** Labels that operators put on the pods they make: `strimzi.io/cluster`, `cnpg.io/cluster`, `app.kubernetes.io/managed-by`. */
function isOperatorLabel(key: string): boolean {
  if (key === "app.kubernetes.io/managed-by") return true;
  return key.includes("/") && !key.startsWith("app.kubernetes.io/");
}

function hasBudget(snapshot: Snapshot, workload: Workload): boolean {
  const budgets = selectorsOf(snapshot, workload, "policy/PodDisruptionBudget");
  return budgets.uncertain || budgets.resources.length > 0;
}

/** The pods are there, but in another namespace, which no budget reaches. */
function farMessage(
  snapshot: Snapshot,
  budget: Resource,
  selector: Selector,
  { resource }: Workload,
): Message {
  return t(
    "The pods of {kind} {name}, which carry {selector}, are in namespace {there}, and a PodDisruptionBudget in {here} counts pods of its own namespace only: it protects nothing, and node drains may evict all of them at once. Put it into namespace {there}.",
    {
      kind: resource.kind,
      name: resource.called,
      selector: formatSelector(selector),
      there: namespaceOf(snapshot, resource) ?? "default",
      here: namespaceOf(snapshot, budget) ?? "default",
    },
  );
}

function message(selector: Selector, closest: Workload | undefined): Message {
  const values = { selector: formatSelector(selector) };
  if (closest?.podLabels === undefined) {
    return t(
      "No pod template in this workspace carries {selector}, so this PodDisruptionBudget protects nothing: node drains may evict all pods it is meant for at once.",
      values,
    );
  }
  const { kind, called: name } = closest.resource;
  return t(
    "No pod template in this workspace carries {selector}, so this PodDisruptionBudget protects nothing: node drains may evict all pods it is meant for at once. The closest is {kind} {name}, whose pods carry {labels}.",
    { ...values, kind, name, labels: formatSelector(selectorOf(closest.podLabels)) },
  );
}
