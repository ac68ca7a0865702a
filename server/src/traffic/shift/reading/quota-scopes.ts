import type { KubeObject } from "../cluster.ts";
import { at, listOf, textAt, textsAt } from "../json.ts";
import { sumOf } from "./pod-takes.ts";

/** Whether a quota counts such Pods: all of its scopes must fit (kubernetes pkg/quota/v1/evaluator/core/pods.go). */
export function covers(quota: KubeObject, podSpec: unknown): boolean {
  const expressions = [
    ...textsAt(quota, "spec", "scopes").map((scopeName) => ({ scopeName, operator: "Exists", values: [] })),
    ...listOf(at(quota, "spec", "scopeSelector", "matchExpressions")).map((item) => ({
      scopeName: textAt(item, "scopeName") ?? "",
      operator: textAt(item, "operator") ?? "",
      values: textsAt(item, "values"),
    })),
  ];
  return expressions.every(({ scopeName, operator, values }) => {
    switch (scopeName) {
      case "Terminating":
        return at(podSpec, "activeDeadlineSeconds") !== undefined;
      case "NotTerminating":
        return at(podSpec, "activeDeadlineSeconds") === undefined;
      case "BestEffort":
        return isBestEffort(podSpec);
      case "NotBestEffort":
        return !isBestEffort(podSpec);
      case "PriorityClass":
        return fits(operator, values, textAt(podSpec, "priorityClassName") ?? "");
      case "CrossNamespacePodAffinity":
        return reachesOut(at(podSpec, "affinity"));
      default:
        // A scope of a later version is taken to fit: too little room is the safer mistake.
        return true;
    }
  });
}

function fits(operator: string, values: readonly string[], value: string): boolean {
  if (operator === "In") return values.includes(value);
  if (operator === "NotIn") return !values.includes(value);
  return (operator === "DoesNotExist") === (value === "");
}

function isBestEffort(podSpec: unknown): boolean {
  return ["cpu", "memory"].every(
    (name) => sumOf(podSpec, "requests", name) === 0 && sumOf(podSpec, "limits", name) === 0,
  );
}

/** Whether an affinity term names namespaces. */
function reachesOut(affinity: unknown): boolean {
  return ["podAffinity", "podAntiAffinity"].some((kind) => {
    const terms = [
      ...listOf(at(affinity, kind, "requiredDuringSchedulingIgnoredDuringExecution")),
      ...listOf(at(affinity, kind, "preferredDuringSchedulingIgnoredDuringExecution")).map((item) =>
        at(item, "podAffinityTerm"),
      ),
    ];
    return terms.some(
      (term) => textsAt(term, "namespaces").length > 0 || at(term, "namespaceSelector") !== undefined,
    );
  });
}
