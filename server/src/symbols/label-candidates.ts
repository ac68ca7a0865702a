import { nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { isTogether, mayShareNamespace } from "../workspace/scope.ts";
import { podOwners } from "../workspace/workload.ts";
import { type Candidate, detailOf } from "./candidate.ts";
import { type Cursor, otherKeys } from "./cursor.ts";
import type { Mention } from "./mention.ts";
import { relativePath } from "./path.ts";
import { labelsOf, workloadsBehind } from "./resolve-label.ts";
import { offered } from "./scope.ts";
import type { LabelTarget } from "./targets.ts";
import { BUDGET, SERVICE } from "./types.ts";
import { usesIn } from "./uses.ts";
import type { World } from "./world.ts";

/** A label that something has or asks for. */
interface Label {
  readonly key: string;
  readonly value: string;
  readonly owner: Resource;
  readonly isFar: boolean;
}

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
  if (rest.length === 3 && rest[2] === "key") return labels().map((label) => asKey(label));
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

function asKey({ key, owner, isFar }: Label): Candidate {
  return { name: key, detail: detailOf(owner), isFar };
}

function asValue({ value, owner, isFar }: Label): Candidate {
  return { name: value, detail: detailOf(owner), isFar };
}

/** The labels of the pods that a selector could mean. */
function labelsFor(world: World, cursor: Cursor, { pods }: LabelTarget): readonly Label[] {
  const { resource: from } = cursor;
  if (pods === "own") return labelsIn(labelsOf(from), false);
  if (pods !== "any") {
    const host = stringOf(nodeAt(from.root, relativePath(cursor.path, pods.behindHost)));
    const workloads = host === undefined ? [] : workloadsBehind(world, from, host);
    return workloads.flatMap(({ resource }) => labelsIn(labelsOf(resource), false));
  }
  const workloads = podOwners
    .flatMap((type) => world.snapshot.find("type", type))
    .filter((resource) => mayShareNamespace(world.snapshot, from, resource));
  return offered(world, from, workloads, (resource) => resource).flatMap(({ item, isFar }) =>
    labelsIn(labelsOf(item), isFar),
  );
}

function labelsAskedFor(world: World, from: Resource): readonly Label[] {
  const own = usesIn(from).filter(({ site }) => site.to.sort === "label" && site.to.pods === "own");
  const others = [SERVICE, BUDGET]
    .flatMap((type) => world.snapshot.find("type", type))
    .filter((each) => isTogether(world.snapshot, from, each) && mayShareNamespace(world.snapshot, from, each))
    .flatMap(usesIn);
  return labelsIn([...own, ...others], false);
}

function labelsIn(mentions: readonly Mention[], isFar: boolean): Label[] {
  return mentions.flatMap(({ key, text, resource }) =>
    key?.text === undefined || text === undefined
      ? []
      : [{ key: key.text, value: text, owner: resource, isFar }],
  );
}
