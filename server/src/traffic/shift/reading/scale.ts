import { matches, type Requirement, type Selector } from "../../../model/selector.ts";
import type { Cluster, KubeObject, ResourceType } from "../cluster.ts";
import { at, labelsAt, listOf, numberAt, textAt, textsAt } from "../json.ts";
import { KINDS } from "../kinds.ts";
import { known, type Read, readList } from "./read.ts";

/** How a side grows and shrinks. */
export interface Scale {
  /** `Deployment app-v1`; several when more than one makes such Pods. */
  readonly workloads: readonly Workload[];
  readonly autoscaler: Autoscaler | undefined;
  readonly budgets: readonly Budget[];
}

export interface Workload {
  readonly kind: string;
  readonly name: string;
  /** Replicas asked for now. */
  readonly replicas: number;
  /** The `version` label of its Pods, by which Istio's metrics tell versions apart. */
  readonly version: string | undefined;
  /** Its Pod template, as it stands there. */
  readonly template: unknown;
  /** Volume claims that it makes for each Pod. */
  readonly claims: readonly unknown[];
}

/** A HorizontalPodAutoscaler of one of the workloads. */
export interface Autoscaler {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly current: number | undefined;
  /** Percent of the requests that Pods use of a resource, now and as it should be. */
  readonly utilisation: { readonly current: number; readonly target: number } | undefined;
}

export interface Budget {
  readonly name: string;
  readonly disruptionsAllowed: number | undefined;
}

/** Everything of a namespace that has to do with scale, read once for all sides. */
export interface ScaleObjects {
  readonly workloads: readonly KubeObject[];
  readonly autoscalers: readonly KubeObject[];
  readonly budgets: readonly KubeObject[];
}

const WORKLOADS: readonly ResourceType[] = [KINDS.deployment, KINDS.statefulSet, KINDS.rollout];

export async function readScaleObjects(
  cluster: Cluster,
  namespace: string,
  signal: AbortSignal,
): Promise<Read<ScaleObjects>> {
  const list = async (type: ResourceType) =>
    readList(
      await cluster.list(type, { namespace }, (object) => object, signal),
      `${type.plural} in ${namespace}`,
    );
  const [autoscalers, budgets, ...workloads] = await Promise.all([
    list(KINDS.autoscaler),
    list(KINDS.budget),
    ...WORKLOADS.map(list),
  ]);
  for (const read of [autoscalers, budgets, ...workloads]) if (!read.known) return read;
  return known({
    workloads: workloads.flatMap((read) => (read.known ? read.value : [])),
    autoscalers: autoscalers.known ? autoscalers.value : [],
    budgets: budgets.known ? budgets.value : [],
  });
}

/** The scale of the Pods with these labels. */
export function scaleOf(objects: ScaleObjects, labels: ReadonlyMap<string, string>): Scale {
  const wanted: Selector = [...labels].map(([key, value]) => ({ key, operator: "In", values: [value] }));
  const making = objects.workloads.filter((workload) => {
    const template = labelsAt(workload, "spec", "template", "metadata", "labels");
    return template !== undefined && matches(wanted, template);
  });
  const running = making.filter((workload) => numberAt(workload, "spec", "replicas") !== 0);
  const [scaled, ...more] = running.length === 0 ? making : running;
  // Of several workloads the autoscaler of one says nothing about the whole side.
  const autoscaler =
    more.length > 0
      ? undefined
      : objects.autoscalers.find(
          (candidate) =>
            textAt(candidate, "spec", "scaleTargetRef", "kind") === scaled?.kind &&
            textAt(candidate, "spec", "scaleTargetRef", "name") === scaled?.metadata.name,
        );
  return {
    workloads: making.map(workloadOf),
    autoscaler: autoscaler && autoscalerOf(autoscaler),
    budgets: objects.budgets.filter((budget) => covers(budget, making)).map(budgetOf),
  };
}

function workloadOf(object: KubeObject): Workload {
  return {
    kind: object.kind,
    name: object.metadata.name,
    replicas: numberAt(object, "spec", "replicas") ?? 1,
    version: textAt(object, "spec", "template", "metadata", "labels", "version"),
    template: at(object, "spec", "template"),
    claims: listOf(at(object, "spec", "volumeClaimTemplates")),
  };
}

function autoscalerOf(object: KubeObject): Autoscaler {
  return {
    name: object.metadata.name,
    min: numberAt(object, "spec", "minReplicas") ?? 1,
    max: numberAt(object, "spec", "maxReplicas") ?? 1,
    current: numberAt(object, "status", "currentReplicas"),
    utilisation: utilisationOf(object),
  };
}

/** Of several resources the one that is closest to its target decides how far the Pods may go. */
function utilisationOf(object: KubeObject): Autoscaler["utilisation"] {
  const found = listOf(at(object, "spec", "metrics")).flatMap((metric) => {
    const name = textAt(metric, "resource", "name");
    const target = numberAt(metric, "resource", "target", "averageUtilization");
    const now = listOf(at(object, "status", "currentMetrics")).find(
      (item) => textAt(item, "resource", "name") === name,
    );
    const current = numberAt(now, "resource", "current", "averageUtilization");
    return name === undefined || target === undefined || current === undefined ? [] : [{ current, target }];
  });
  return found.toSorted((a, b) => b.current / b.target - a.current / a.target)[0];
}

function budgetOf(object: KubeObject): Budget {
  return { name: object.metadata.name, disruptionsAllowed: numberAt(object, "status", "disruptionsAllowed") };
}

function covers(budget: KubeObject, workloads: readonly KubeObject[]): boolean {
  const selector = requirementsOf(at(budget, "spec", "selector"));
  return (
    selector !== undefined &&
    workloads.some((workload) =>
      matches(selector, labelsAt(workload, "spec", "template", "metadata", "labels") ?? new Map()),
    )
  );
}

/** A LabelSelector of JSON; undefined when it is absent or unreadable. */
function requirementsOf(selector: unknown): Selector | undefined {
  if (typeof selector !== "object" || selector === null) return undefined;
  const labels = labelsAt(selector, "matchLabels") ?? new Map<string, string>();
  const result: Requirement[] = [...labels].map(([key, value]) => ({ key, operator: "In", values: [value] }));
  for (const item of listOf(at(selector, "matchExpressions"))) {
    const key = textAt(item, "key");
    const operator = textAt(item, "operator");
    if (key === undefined) return undefined;
    if (operator === "Exists" || operator === "DoesNotExist") result.push({ key, operator });
    else if (operator === "In" || operator === "NotIn")
      result.push({ key, operator, values: textsAt(item, "values") });
    else return undefined;
  }
  return result;
}
