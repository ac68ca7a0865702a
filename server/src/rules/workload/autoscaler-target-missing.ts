import { type Message, t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { closest } from "../../text/closest.ts";
import { namesPrimary } from "../../workspace/flagger-primary.ts";
import { autoscalerTypes } from "../../workspace/replicas.ts";
import { mayShareNamespace, namespaceOf } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { isAllVisible, workloadsBeside } from "../../workspace/surroundings.ts";
import type { Workload } from "../../workspace/workload.ts";
import { defineRule } from "../rule.ts";
import { inOtherNamespace, namesakesOf, otherKind, type Wanted, wantedBy } from "./autoscaler-target.ts";

/** What is wrong with a target, and the field that says so. */
interface Verdict {
  readonly field: "apiVersion" | "kind" | "name";
  readonly message: Message;
}

export default defineRule({
  id: "autoscaler-target-missing",
  title: "Autoscaler of a workload that is not there",
  severity: "warning",
  appliesTo: autoscalerTypes.map((type) => type.replace("/", "/*/")),
  needsWholeWorkspace: true,
  inCluster: ["apps/Deployment", "apps/StatefulSet", "argoproj.io/Rollout"],
  docs: {
    why: "An autoscaler finds its workload by group, kind and name in its own namespace. When there is none, it is accepted all the same and reports `FailedGetScale` to nobody: the workload that it was meant for keeps its number of pods, whatever the load. Usual causes are a renamed workload, a Deployment that became a StatefulSet or a Rollout, and another namespace.",
    how: "Name the workload as it is called now. The whole workspace is searched. When nothing has the name, the finding stands only where workloads are deployed beside the autoscaler (same kustomization, else same folder) and everything there is visible: no remote base, no chart, no custom resource whose operator may make the target. An autoscaler that stands alone may belong to a workload of another repository. Targets of kinds that Nines does not know are left alone. Of `apiVersion` only the group counts, and an HPA without it looks in the core group, where there is no Deployment.",
    sources: [
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/podautoscaler/horizontal.go",
      "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
      "https://keda.sh/docs/2.18/reference/scaledobject-spec/",
    ],
    peers: {
      "kube-linter": "dangling-horizontalpodautoscaler",
      "kube-score": "horizontalpodautoscaler-has-target",
    },
  },
  check(autoscaler, context) {
    const { snapshot } = context;
    const wanted = wantedBy(snapshot, autoscaler);
    if (wanted === undefined) return;
    const verdict = verdictOf(snapshot, autoscaler, wanted);
    if (verdict !== undefined)
      context.report(autoscaler.at(`spec.scaleTargetRef.${verdict.field}`), verdict.message, undefined);
  },
});

function verdictOf(snapshot: Snapshot, autoscaler: Resource, wanted: Wanted): Verdict | undefined {
  const namesakes = namesakesOf(snapshot, wanted);
  const reachable = namesakes.filter((resource) => mayShareNamespace(snapshot, autoscaler, resource));
  // What was applied as extensions/v1beta1 is served as apps/v1 too.
  if (
    reachable.some(
      ({ group }) => group === wanted.group || (group === "extensions" && wanted.group === "apps"),
    )
  )
    return undefined;
  const [other] = reachable;
  if (other !== undefined) return wrongGroup(autoscaler, wanted, other);
  const beside = workloadsBeside(snapshot, autoscaler);
  const namesake = otherKind(wanted, beside);
  if (namesake !== undefined) return wrongKind(wanted, namesake);
  const far = inOtherNamespace(snapshot, autoscaler, namesakes);
  if (far !== undefined) return wrongNamespace(snapshot, autoscaler, wanted, far);
  if (!isAllVisible(snapshot, autoscaler) || namesPrimary(snapshot, autoscaler, wanted.name))
    return undefined;
  if (snapshot.layout.isRenamed(autoscaler.document.uri)) return undefined;
  // A patch is part of the workload that it changes, not one more.
  const whole = beside.filter(({ resource }) => snapshot.layout.completenessOf(resource) !== "patch");
  return nowhere(wanted, whole);
}

function wrongGroup(autoscaler: Resource, wanted: Wanted, found: Resource): Verdict {
  const { kind, name } = wanted;
  const apiVersion = found.apiVersion;
  if (autoscaler.get("spec.scaleTargetRef.apiVersion") === undefined) {
    return {
      field: "kind",
      message: t(
        "Without apiVersion this autoscaler looks for a {kind} in the core group, where there is none: {kind} {name} is never scaled. Write apiVersion: {apiVersion}.",
        { kind, name, apiVersion },
      ),
    };
  }
  const group = wanted.group === "" ? "v1" : wanted.group;
  return {
    field: "apiVersion",
    message: t(
      "This autoscaler looks for {kind} {name} in {group}, but it is in {apiVersion}, so it is never scaled. Write apiVersion: {apiVersion}.",
      { kind, name, group, apiVersion },
    ),
  };
}

function wrongKind({ kind, name }: Wanted, { resource, scalable }: Workload): Verdict {
  const values = { kind, name, actual: resource.kind };
  return {
    field: "kind",
    message: scalable
      ? t(
          "There is no {kind} {name} here, only a {actual} of that name, so nothing is scaled, whatever the load. Write kind: {actual} and its apiVersion.",
          values,
        )
      : t(
          "There is no {kind} {name} here, only a {actual} of that name, which no autoscaler can scale. Remove the autoscaler or name the workload that it is meant for.",
          values,
        ),
  };
}

function wrongNamespace(
  snapshot: Snapshot,
  autoscaler: Resource,
  { kind, name }: Wanted,
  found: Resource,
): Verdict {
  return {
    field: "name",
    message: t(
      "{kind} {name} is in namespace {there}, and this autoscaler in {here} finds workloads of its own namespace only: nothing is scaled, whatever the load. Put it into namespace {there}.",
      {
        kind,
        name,
        there: namespaceOf(snapshot, found) ?? "default",
        here: namespaceOf(snapshot, autoscaler) ?? "default",
      },
    ),
  };
}

/** Defensible only beside workloads that could be meant and whose names are all known. */
function nowhere({ kind, name }: Wanted, beside: readonly Workload[]): Verdict | undefined {
  const candidates = beside.filter(({ scalable }) => scalable);
  if (candidates.length === 0 || candidates.some(({ resource }) => resource.name === undefined))
    return undefined;
  const near = closest(
    name,
    candidates.flatMap(({ resource }) => resource.name ?? []),
  );
  const found = candidates.find(({ resource }) => resource.name === near && near !== undefined);
  const values = { kind, name, count: candidates.length };
  return {
    field: "name",
    message:
      found === undefined
        ? t(
            "There is no {kind} {name} in this workspace, and none of the {count} workloads deployed together with this autoscaler is called so: nothing is scaled, whatever the load. Name the workload that it is meant for.",
            values,
          )
        : t(
            "There is no {kind} {name} in this workspace: nothing is scaled, whatever the load. Of the {count} workloads deployed together with this autoscaler {actual} {near} is closest; name the one that it is meant for.",
            { ...values, actual: found.resource.kind, near: near ?? "" },
          ),
  };
}
