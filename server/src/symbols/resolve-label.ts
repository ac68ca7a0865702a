import { nodeAt, type Step, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import type { Selector } from "../model/selector.ts";
import { lookUpHost } from "../traffic/service-lookup.ts";
import { selectedBy, selectWorkloads } from "../workspace/selection.ts";
import { type Workload, workloadOf } from "../workspace/workload.ts";
import { definitionsOfSort } from "./definitions.ts";
import type { Definition, Use } from "./mention.ts";
import { relativePath } from "./path.ts";
import { meantTogether } from "./scope.ts";
import type { LabelTarget } from "./targets.ts";
import type { World } from "./world.ts";

/** The labels of pod templates that a label in a selector means: those of the workloads that the whole selector matches. */
export function resolveLabel(world: World, use: Use, target: LabelTarget): readonly Definition[] {
  const { key, text, keyOnly, resource, selector } = use;
  if (key?.text === undefined || text === undefined) return [];
  const workloads = workloadsFor(world, resource, target, use.path, selector);
  return workloads
    .flatMap((workload) => labelsOf(workload.resource))
    .filter((label) => label.key?.text === key.text && (keyOnly || label.text === text));
}

/** The workloads whose pods a selector at a path of `from` is about. */
function workloadsFor(
  world: World,
  from: Resource,
  { pods }: LabelTarget,
  path: readonly Step[],
  selector: Selector | undefined,
): readonly Workload[] {
  if (pods === "own") {
    const own = workloadOf(from);
    return own === undefined ? [] : [own];
  }
  if (pods === "any") return selector === undefined ? [] : workloadsSelected(world, from, selector);
  // The labels of a subset stand one step above the label itself.
  const host = stringOf(nodeAt(from.root, relativePath(path, pods.behindHost)));
  return host === undefined ? [] : workloadsBehind(world, from, host);
}

/** The workloads that a selector in `from` matches and that are deployed with it. */
export function workloadsSelected(world: World, from: Resource, selector: Selector): readonly Workload[] {
  if (selector.length === 0) return [];
  const { together } = selectWorkloads(world.snapshot, from, selector);
  return meantTogether(world, from, together, (workload) => workload.resource);
}

/** The workloads behind a host in `from`. */
export function workloadsBehind(world: World, from: Resource, host: string): readonly Workload[] {
  const { found } = lookUpHost(world.snapshot, from, host);
  const services = meantTogether(world, from, found, (resource) => resource);
  return services.flatMap((service) => selectedBy(world.snapshot, service)?.together ?? []);
}

/** The labels of a workload's pods. */
export function labelsOf(resource: Resource): readonly Definition[] {
  return definitionsOfSort(resource, "label");
}
