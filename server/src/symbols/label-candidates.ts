import { nodeAt, type Step, stringOf } from "../model/node.ts";
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

/** Labels that fit: all of them, or those with one key. */
type Labels = (key?: string) => Iterable<Label>;

const POD_OWNERS: ReadonlySet<string> = new Set(podOwners);
const POD_SELECTORS: ReadonlySet<string> = new Set([SERVICE, BUDGET]);

/** What fits at the cursor in a selector, which stands at the first `depth` steps of the cursor's path. */
export function labelCandidates(
  world: World,
  cursor: Cursor,
  target: LabelTarget,
  depth: number,
): Iterable<Candidate> {
  const labels: Labels = (key) => labelsFor(world, cursor, target, key);
  const rest = cursor.path.slice(depth);
  if (target.shape === "map") return inMap(cursor, depth, labels);
  if (rest[0] === "matchLabels") return inMap(cursor, depth + 1, labels);
  if (rest[0] !== "matchExpressions" || cursor.role !== "value") return [];
  if (rest.length === 3 && rest[2] === "key") return keysOf(labels(), new Set(), false);
  if (rest.length !== 4 || rest[2] !== "values") return [];
  const key = stringOf(nodeAt(cursor.resource.root, [...cursor.path.slice(0, -2), "key"]));
  return key === undefined ? [] : valuesOf(labels(key));
}

/** What fits at the cursor in the labels of a pod template: what its own selector and those beside it ask for. */
export function templateCandidates(world: World, cursor: Cursor, depth: number): Iterable<Candidate> {
  return inMap(cursor, depth, (key) => labelsAskedFor(world, cursor.resource, key));
}

/** In a map of labels at the first `depth` steps: a whole label, or a value. */
function inMap(cursor: Cursor, depth: number, labels: Labels): Iterable<Candidate> {
  const { path, role, startsLine, isFollowed } = cursor;
  const isMissing = path.length === depth && role === "value" && startsLine;
  if (isMissing || (path.length === depth + 1 && role === "key"))
    return keysOf(labels(), otherKeys(cursor, path.slice(0, depth)), !isFollowed);
  const key = path[depth];
  return path.length === depth + 1 && role === "value" && typeof key === "string"
    ? valuesOf(labels(key))
    : [];
}

function* keysOf(
  labels: Iterable<Label>,
  taken: ReadonlySet<string>,
  withValues: boolean,
): Iterable<Candidate> {
  for (const { key, value, owner } of labels)
    if (!taken.has(key)) yield withValues ? { name: key, value, owner } : { name: key, owner };
}

function* valuesOf(labels: Iterable<Label>): Iterable<Candidate> {
  for (const { value, owner } of labels) yield { name: value, owner };
}

/** The labels of the pods that a selector could mean. */
function labelsFor(
  world: World,
  { resource: from, path }: Cursor,
  { pods }: LabelTarget,
  key: string | undefined,
): Iterable<Label> {
  if (pods === "own") return labelsOn(from, key);
  return pods === "any"
    ? labelsOfWorkloads(world, from, key)
    : labelsBehind(world, from, relativePath(path, pods.behindHost), key);
}

function* labelsOfWorkloads(world: World, from: Resource, key: string | undefined): Iterable<Label> {
  for (const { resource } of offersFor(world, from, POD_OWNERS))
    if (mayShareNamespace(world.snapshot, from, resource)) yield* labelsOn(resource, key);
}

function* labelsBehind(
  world: World,
  from: Resource,
  pathOfHost: readonly Step[],
  key: string | undefined,
): Iterable<Label> {
  const host = stringOf(nodeAt(from.root, pathOfHost));
  if (host === undefined) return;
  for (const { resource } of workloadsBehind(world, from, host)) yield* labelsOn(resource, key);
}

function labelsOn(owner: Resource, wanted: string | undefined): readonly Label[] {
  const labels = workloadOf(owner)?.podLabels;
  if (wanted === undefined) return Array.from(labels ?? [], ([key, value]) => ({ key, value, owner }));
  const value = labels?.get(wanted);
  return value === undefined ? [] : [{ key: wanted, value, owner }];
}

function* labelsAskedFor(world: World, from: Resource, key: string | undefined): Iterable<Label> {
  yield* labelsIn(workloadOf(from)?.selector, from, key);
  for (const { resource } of offersFor(world, from, POD_SELECTORS, "together"))
    if (mayShareNamespace(world.snapshot, from, resource))
      yield* labelsIn(podSelectorOf(resource)?.selector, resource, key);
}

function labelsIn(
  selector: Selector | undefined,
  owner: Resource,
  wanted: string | undefined,
): readonly Label[] {
  return (selector ?? []).flatMap((requirement) => {
    const { key, operator } = requirement;
    if (operator !== "In" || (wanted !== undefined && wanted !== key)) return [];
    return requirement.values.map((value) => ({ key, value, owner }));
  });
}
