import type { Resource } from "../model/resource.ts";
import { matches, type Selector } from "../model/selector.ts";
import { podLabelKeys, podSelectorKeys, podSelectorOf } from "./indexes.ts";
import { mayShareNamespace, nearest, togetherElseAll } from "./scope.ts";
import type { Snapshot } from "./snapshot.ts";
import { type Workload, workloadOf } from "./workload.ts";

/** The workloads whose pods a selector matches. */
export interface Selected {
  /** In the nearest scope that has any (file, folder, bundle, workspace): what the author most likely means. */
  readonly nearest: readonly Workload[];
  /** Everything that may run beside them: what counts when numbers are added up. */
  readonly together: readonly Workload[];
  /** A template decides some labels in scope, so that more may match than is listed. */
  readonly uncertain: boolean;
}

/** The workloads in `from`'s namespace whose pod labels match. */
export function selectWorkloads(snapshot: Snapshot, from: Resource, selector: Selector): Selected {
  const found = new Set(podLabelKeys(selector).flatMap((key) => snapshot.find("podLabel", key)));
  const workloads = [...found].flatMap((resource) => {
    const workload = workloadOf(resource);
    return workload !== undefined && mayShareNamespace(snapshot, from, resource) ? [workload] : [];
  });
  const certain = workloads.filter(
    ({ podLabels }) => podLabels !== undefined && matches(selector, podLabels),
  );
  return {
    nearest: nearest(snapshot, from, certain, resourceOf),
    together: togetherElseAll(snapshot, from, certain, resourceOf),
    uncertain: workloads.some((workload) => workload.podLabels === undefined),
  };
}

/** The workloads that a PodDisruptionBudget or Service selects; undefined when its selector is absent or unreadable. */
export function selectedBy(snapshot: Snapshot, resource: Resource): Selected | undefined {
  const selector = podSelectorOf(resource)?.selector;
  return selector === undefined ? undefined : selectWorkloads(snapshot, resource, selector);
}

/** What selects a workload's pods. */
export interface Selectors {
  /** Resources that select it and may run beside it. */
  readonly resources: readonly Resource[];
  /** A template decides some selector or the labels, so that one more may select it. */
  readonly uncertain: boolean;
}

/**
 * The resources of a type (`policy/PodDisruptionBudget`, `/Service`) that select the workload's pods: deployed
 * together with it, or found elsewhere in the workspace without workloads of their own.
 */
export function selectorsOf(snapshot: Snapshot, workload: Workload, type: string): Selectors {
  const { podLabels, resource } = workload;
  if (podLabels === undefined) return { resources: [], uncertain: true };
  const found = new Set(podSelectorKeys(type, podLabels).flatMap((key) => snapshot.find("podSelector", key)));
  const near = [...found].filter((candidate) => mayShareNamespace(snapshot, resource, candidate));
  const resources = near.filter((candidate) => {
    const selector = podSelectorOf(candidate)?.selector;
    if (selector === undefined || !matches(selector, podLabels)) return false;
    return selectWorkloads(snapshot, candidate, selector).together.includes(workload);
  });
  return { resources, uncertain: near.some((candidate) => podSelectorOf(candidate)?.selector === undefined) };
}

function resourceOf(workload: Workload): Resource {
  return workload.resource;
}
