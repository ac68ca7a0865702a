import { replaceLabels } from "../../fixes/selector-edit.ts";
import { stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { matches, type Selector } from "../../model/selector.ts";
import { ephemeralLabelsOf } from "../../workspace/ephemeral-labels.ts";
import { selectsPrimary } from "../../workspace/flagger-primary.ts";
import { podSelectorOf } from "../../workspace/indexes.ts";
import { asksForOperatorLabel } from "../../workspace/operator-labels.ts";
import { namespaceOf } from "../../workspace/scope.ts";
import { selectedBy } from "../../workspace/selection.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { isAllVisible, workloadsBeside } from "../../workspace/surroundings.ts";
import type { Workload } from "../../workspace/workload.ts";
import { defineRule } from "../rule.ts";
import { type Closest, closestLabels } from "./closest-labels.ts";
import { elsewhere, nowhere } from "./service-verdict.ts";

export default defineRule<Closest>({
  id: "service-selects-nothing",
  title: "Service that selects no pods",
  severity: "warning",
  appliesTo: ["v1/Service"],
  needsWholeWorkspace: true,
  inCluster: ["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "argoproj.io/Rollout"],
  docs: {
    why: "A Service sends requests to the pods of its namespace whose own labels fulfil its whole selector. When there is none it is accepted without a word and has no endpoints: every connection is refused or times out, and a mesh or an ingress answers 503. Usual causes are a renamed label, a label that stands on the Deployment but not on its pod template, a second condition that only some pods fulfil, and a workload that is gone.",
    how: "Select labels of the pod template. The whole workspace is searched, in namespaces that may be the Service's. The finding stands only where workloads are deployed beside the Service (same kustomization, chart or folder) and everything there is visible: no remote base, no custom resource whose operator makes pods, or may. Left alone are Services of type ExternalName and those without a selector, selectors for labels that operators and controllers put on pods at run time, labels that an Argo Rollout gives its pods in turn, and what is in `kube-system`.",
    sources: [
      "https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors",
      "https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/#does-the-service-have-any-endpointslices",
    ],
    peers: { "kube-linter": "dangling-service", "kube-score": "service-targets-pod" },
  },
  check(service, context) {
    const { snapshot } = context;
    const selector = podSelectorOf(service)?.selector;
    if (selector === undefined || stringOf(service.get("spec.type")) === "ExternalName") return;
    const selected = selectedBy(snapshot, service);
    if (selected === undefined || selected.uncertain || selected.together.length > 0) return;
    if (snapshot.layout.isPatched(service, "spec.selector")) return;
    if (isForOthers(snapshot, service, selector)) return;
    const beside = serversBeside(snapshot, service);
    if (beside.length === 0 || !isAllVisible(snapshot, service)) return;
    if (asksForForeignLabel(selector, beside) || beside.some((one) => mayCarry(one, selector))) return;
    const { message, closest } =
      elsewhere(snapshot, service, selector) ?? nowhere(snapshot, service, selector, beside);
    context.report(service.at("spec.selector"), message, { closest });
  },
  fixes: [closestLabels(({ document }, spec, labels) => replaceLabels(document, spec, "selector", labels))],
});

/** Whether the pods it means are made by others: an operator, the cluster itself, Flagger. */
function isForOthers(snapshot: Snapshot, service: Resource, selector: Selector): boolean {
  if (asksForOperatorLabel(selector) || namespaceOf(snapshot, service) === "kube-system") return true;
  return selectsPrimary(snapshot, service, selector);
}

/** What is deployed beside the Service and could answer: no Jobs, nothing without labels. */
function serversBeside(snapshot: Snapshot, service: Resource): readonly Workload[] {
  return workloadsBeside(snapshot, service).filter(
    ({ resource, longRunning, podLabels }) =>
      (longRunning || resource.kind === "Pod") && podLabels !== undefined && podLabels.size > 0,
  );
}

/** Whether some of its pods carry the labels for as long as a rollout lasts. */
function mayCarry({ resource }: Workload, selector: Selector): boolean {
  return ephemeralLabelsOf(resource).some((labels) => labels === undefined || matches(selector, labels));
}

/** A key with a domain of its own that no pod template around carries is most likely some controller's. */
function asksForForeignLabel(selector: Selector, beside: readonly Workload[]): boolean {
  return selector.some(
    ({ key }) =>
      key.includes("/") &&
      !key.startsWith("app.kubernetes.io/") &&
      !beside.some(({ podLabels }) => podLabels?.has(key)),
  );
}
