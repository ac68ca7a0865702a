import type { Resource } from "../model/resource.ts";
import { matches, type Selector } from "../model/selector.ts";
import { podLabelKeys, podSelectorKeys, podSelectorOf } from "./indexes.ts";
import { isTogether, mayShareNamespace, nearest, scopeOf } from "./scope.ts";
import type { Snapshot } from "./snapshot.ts";
import { isWithin, parentOf } from "./uri.ts";
import { type Workload, workloadOf } from "./workload.ts";

/** The workloads whose pods a selector matches. */
export interface Selected {
  /** In the nearest scope that has any (file, folder, bundle, workspace): what the author most likely means. */
  readonly nearest: readonly Workload[];
  /** Everything that may run beside them: what counts when numbers are added up. */
  readonly together: readonly Workload[];
  /** A template or a kustomization decides some labels in scope, so that more may match than is listed. */
  readonly uncertain: boolean;
}

/** The workloads in `from`'s namespace whose pod labels match. */
export function selectWorkloads(snapshot: Snapshot, from: Resource, selector: Selector): Selected {
  const [label, unreadable] = podLabelKeys(selector);
  const labelled = snapshot.find("podLabel", label);
  const matching = (candidates: readonly Resource[]) => meantOf(snapshot, from, selector, candidates);
  // In a repository with many copies of an application, most that have the label are far away.
  const near = matching(snapshot.layout.near(labelled, from.document.uri));
  const together = near.length > 0 ? near : matching(labelled);
  return {
    nearest: nearest(snapshot, from, together, resourceOf),
    together: withoutAlternatives(snapshot, from, together),
    uncertain:
      snapshot
        .find("podLabel", unreadable)
        .some(
          (resource) =>
            mayShareNamespace(snapshot, from, resource) && mayBelongTogether(snapshot, from, resource),
        ) || asksForAddedLabel(snapshot, from, selector),
  };
}

/** The workloads among these whose pod labels match and that may be in `from`'s namespace. */
function meantOf(
  snapshot: Snapshot,
  from: Resource,
  selector: Selector,
  candidates: readonly Resource[],
): readonly Workload[] {
  return candidates.flatMap((resource) => {
    const workload = workloadOf(resource);
    if (workload?.podLabels === undefined || !matches(selector, workload.podLabels)) return [];
    return mayShareNamespace(snapshot, from, resource) ? [workload] : [];
  });
}

/**
 * Without those that cannot run beside another one, because they have its kind and name: several files of a folder may each
 * hold an environment, of which `from`'s own file says which is meant, and patches are merged into what they name.
 */
function withoutAlternatives(
  snapshot: Snapshot,
  from: Resource,
  workloads: readonly Workload[],
): readonly Workload[] {
  if (workloads.length < 2) return workloads;
  const whole = workloads.filter(({ resource }) => snapshot.layout.completenessOf(resource) !== "patch");
  const own = whole.filter(({ resource }) => resource.document.file === from.document.file);
  return workloads.filter((each) => {
    const rivals = whole.includes(each) ? own : whole;
    return rivals.includes(each) || !rivals.some((other) => areNamesakes(each, other));
  });
}

function areNamesakes({ resource: a }: Workload, { resource: b }: Workload): boolean {
  return a.name !== undefined && a.name === b.name && a.type === b.type;
}

/** Whether the selector asks for a label that a kustomization puts on the pods: the manifests do not show them. */
function asksForAddedLabel(snapshot: Snapshot, from: Resource, selector: Selector): boolean {
  const added = snapshot.layout.podLabelsAdded(from.document.uri);
  return added.size > 0 && selector.some((requirement) => added.has(requirement.key));
}

/**
 * Whether something that cannot be read may be meant for `from`: when the two are deployed together, or lie in
 * folders that belong to each other. Templates of a chart select and label what their own release is made of.
 * Anything further away would let one template silence a whole repository.
 */
function mayBelongTogether(snapshot: Snapshot, from: Resource, unreadable: Resource): boolean {
  if (isTogether(snapshot, from, unreadable)) return true;
  const bundles = snapshot.layout.bundlesOf(unreadable.document.uri);
  if (bundles.every((bundle) => bundle.kind === "chart")) return false;
  const a = parentOf(from.document.uri);
  const b = parentOf(unreadable.document.uri);
  return isWithin(a, b) || isWithin(b, a) || parentOf(a) === parentOf(b);
}

/** The workloads that a PodDisruptionBudget or Service selects; undefined when its selector is absent or unreadable. */
export function selectedBy(snapshot: Snapshot, resource: Resource): Selected | undefined {
  return snapshot.derive(resource, "selectedBy", (inner) => {
    const selector = podSelectorOf(resource)?.selector;
    return selector === undefined ? undefined : selectWorkloads(inner, resource, selector);
  });
}

/** What selects a workload's pods. */
export interface Selectors {
  /** Resources that select it and may run beside it. */
  readonly resources: readonly Resource[];
  /** A template or a kustomization decides some selector or the labels, so that one more may select it. */
  readonly uncertain: boolean;
}

/**
 * The resources of a type (`policy/PodDisruptionBudget`, `/Service`) that select the workload's pods: deployed
 * together with it, or found elsewhere in the workspace without workloads of their own.
 */
export function selectorsOf(snapshot: Snapshot, workload: Workload, type: string): Selectors {
  return snapshot.derive(workload.resource, `selectorsOf ${type}`, (inner) =>
    findSelectors(inner, workload, type),
  );
}

function findSelectors(snapshot: Snapshot, workload: Workload, type: string): Selectors {
  const { podLabels, resource } = workload;
  if (podLabels === undefined) return { resources: [], uncertain: true };
  const added = snapshot.layout.podLabelsAdded(resource.document.uri);
  const keys = [
    ...podSelectorKeys(type, podLabels),
    ...[...added].flatMap(([key, values]) =>
      [...values].flatMap((v) => podSelectorKeys(type, new Map([[key, v]]))),
    ),
  ];
  const found = new Set(keys.flatMap((key) => snapshot.find("podSelector", key)));
  const near = [...found].filter((candidate) => mayShareNamespace(snapshot, resource, candidate));
  const resources: Resource[] = [];
  let uncertain = false;
  for (const candidate of near) {
    const selector = podSelectorOf(candidate)?.selector;
    if (selector === undefined) uncertain ||= mayBelongTogether(snapshot, resource, candidate);
    else if (matches(selector, podLabels)) {
      if (isNear(snapshot, candidate, resource) || !selectsNear(snapshot, candidate))
        resources.push(candidate);
    } else {
      const asWritten = selector.filter((requirement) => !added.has(requirement.key));
      uncertain ||= asWritten.length < selector.length && matches(asWritten, podLabels);
    }
  }
  return { resources, uncertain };
}

/** Whether a selector has workloads where it stands: then it is not meant for others further away. */
function selectsNear(snapshot: Snapshot, candidate: Resource): boolean {
  return snapshot.derive(candidate, "selectsNear", (inner) => {
    const selector = podSelectorOf(candidate)?.selector;
    if (selector === undefined) return false;
    const [label] = podLabelKeys(selector);
    const near = inner.layout.near(inner.find("podLabel", label), candidate.document.uri);
    return meantOf(inner, candidate, selector, near).length > 0;
  });
}

function isNear(snapshot: Snapshot, from: Resource, to: Resource): boolean {
  return scopeOf(snapshot, from, to) !== "workspace";
}

function resourceOf(workload: Workload): Resource {
  return workload.resource;
}
