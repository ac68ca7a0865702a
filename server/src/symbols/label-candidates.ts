import { nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import type { Selector } from "../model/selector.ts";
import { podSelectorOf } from "../workspace/indexes.ts";
import { mayShareNamespace } from "../workspace/scope.ts";
import { podOwners, workloadOf } from "../workspace/workload.ts";
import type { Candidate } from "./candidate.ts";
import { type Cursor, otherKeys } from "./cursor.ts";
import { offersFor } from "./offers.ts";
import { relativePath } from "./path.ts";
import { workloadsBehind } from "./resolve-label.ts";
import type { LabelTarget } from "./targets.ts";
import { BUDGET, SERVICE } from "./types.ts";
import type { World } from "./world.ts";

/** A label that something has or asks for. */
interface Label {
  readonly key: string;
  readonly value: string;
  readonly owner: Resource;
}

const POD_OWNERS: ReadonlySet<string> = new Set(podOwners);
const POD_SELECTORS: ReadonlySet<string> = new Set([SERVICE, BUDGET]);

/** What fits at the cursor in a selector, which stands at the first `depth` steps of the cursor's path. */
export function labelCandidates(
  world: World,
  cursor: Cursor,
  target: LabelTarget,
  depth: number,
): readonly Candidate[] {
  const labels = () => labelsFor(world, cursor, target);
  const rest = cursor.path.slice(depth);
  if (target.shape === "map") return inMap(cursor, depth, labels);
  if (rest[0] === "matchLabels") return inMap(cursor, depth + 1, labels);
  if (rest[0] !== "matchExpressions" || cursor.role !== "value") return [];
  if (rest.length === 3 && rest[2] === "key") return labels().map(asKey);
  if (rest.length !== 4 || rest[2] !== "values") return [];
  const key = stringOf(nodeAt(cursor.resource.root, [...cursor.path.slice(0, -2), "key"]));
  return labels().flatMap((label) => (label.key === key ? [asValue(label)] : []));
}

/** What fits at the cursor in the labels of a pod template: what its own selector and those beside it ask for. */
export function templateCandidates(world: World, cursor: Cursor, depth: number): readonly Candidate[] {
  return inMap(cursor, depth, () => labelsAskedFor(world, cursor.resource));
}

/** In a map of labels at the first `depth` steps: a whole label, or a value. */
function inMap(cursor: Cursor, depth: number, labels: () => readonly Label[]): readonly Candidate[] {
  const { path, role, startsLine, isFollowed } = cursor;
  const [key] = path.slice(depth);
  const isMissing = path.length === depth && role === "value" && startsLine;
  if (isMissing || (path.length === depth + 1 && role === "key")) {
    const taken = otherKeys(cursor, path.slice(0, depth));
    const free = labels().filter((label) => !taken.has(label.key));
    return free.map((label) => (isFollowed ? asKey(label) : { ...asKey(label), value: label.value }));
  }
  if (path.length !== depth + 1 || role !== "value") return [];
  return labels().flatMap((label) => (label.key === key ? [asValue(label)] : []));
}

function asKey({ key, owner }: Label): Candidate {
  return { name: key, owner };
}

function asValue({ value, owner }: Label): Candidate {
  return { name: value, owner };
}

/** The labels of the pods that a selector could mean. */
function labelsFor(world: World, { resource: from, path }: Cursor, { pods }: LabelTarget): readonly Label[] {
  if (pods === "own") return distinctLabels([from]);
  if (pods !== "any") {
    const host = stringOf(nodeAt(from.root, relativePath(path, pods.behindHost)));
    const workloads = host === undefined ? [] : workloadsBehind(world, from, host);
    return distinctLabels(workloads.map(({ resource }) => resource));
  }
  const workloads = offersFor(world, from, POD_OWNERS).map(({ resource }) => resource);
  return distinctLabels(workloads.filter((resource) => mayShareNamespace(world.snapshot, from, resource)));
}

/** The labels of the workloads' pods, each once. */
function distinctLabels(workloads: readonly Resource[]): readonly Label[] {
  const found = new Map<string, Label>();
  for (const owner of workloads) {
    for (const [key, value] of workloadOf(owner)?.podLabels ?? []) {
      const label = `${key}=${value}`;
      if (!found.has(label)) found.set(label, { key, value, owner });
    }
  }
  return [...found.values()];
}

function labelsAskedFor(world: World, from: Resource): readonly Label[] {
  const own = labelsIn(workloadOf(from)?.selector, from);
  const others = offersFor(world, from, POD_SELECTORS)
    .filter(({ isFar, resource }) => !isFar && mayShareNamespace(world.snapshot, from, resource))
    .flatMap(({ resource }) => labelsIn(podSelectorOf(resource)?.selector, resource));
  return [...own, ...others];
}

function labelsIn(selector: Selector | undefined, owner: Resource): Label[] {
  return (selector ?? []).flatMap((requirement) =>
    requirement.operator === "In"
      ? requirement.values.map((value) => ({ key: requirement.key, value, owner }))
      : [],
  );
}
