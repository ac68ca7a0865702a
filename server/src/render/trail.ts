import {
  type Entry,
  entriesOf,
  entryOf,
  itemsOf,
  type Node,
  nodeAt,
  type Step,
  stringOf,
} from "../model/node.ts";
import { contains, type Range } from "../model/range.ts";
import { titleOf } from "../model/resource.ts";

/** One step down a rendered tree, with what is found there: it tells which of several items is meant elsewhere. */
interface TrailStep {
  /** A key, or the index of a list item. */
  readonly step: Step;
  readonly node: Node;
}

/** The way from the root of a rendered document to a place in it. */
export interface Trail {
  readonly steps: readonly TrailStep[];
  /** Whether the place is the key of the last step, or all of its value; else it is somewhere inside. */
  readonly at: "key" | "value" | "inside";
}

/** Where a trail leads in another tree. */
export interface Arrival {
  readonly range: Range;
  /** The value that was reached; undefined when the trail breaks off before its end. */
  readonly node: Node | undefined;
}

/** The way to a range of a document, as far down as its tree tells it. */
export function trailTo(root: Node, range: Range): Trail {
  const steps: TrailStep[] = [];
  let node = root;
  for (;;) {
    const next = stepInto(node, range);
    if (next === undefined) return { steps, at: isEqual(node.range, range) ? "value" : "inside" };
    steps.push({ step: next.step, node: next.node });
    if (next.atKey) return { steps, at: "key" };
    node = next.node;
  }
}

/** A trail as a path in which the items of a list go by their names where they have one. */
export function namedPath({ steps }: Trail): readonly Step[] {
  return steps.map(({ step, node }) => (typeof step === "number" ? (nameOf(node) ?? step) : step));
}

/** The node at the end of a trail in the tree it was made of. */
export function endOf({ steps }: Trail, root: Node): Node {
  return steps.at(-1)?.node ?? root;
}

/** Follows a trail in the tree that the rendered one was made from; it ends at the nearest ancestor that is written. */
export function follow(root: Node, trail: Trail): Arrival {
  let node = root;
  let range = entryOf(root, "kind")?.value.range ?? titleOf(root);
  for (const { step, node: rendered } of trail.steps) {
    const next = typeof step === "number" ? itemLike(node, step, rendered) : entryLike(node, step, rendered);
    if (next === undefined) return { range, node: undefined };
    ({ node, range } = next);
  }
  const isValue = trail.steps.length > 0 && (trail.at === "value" || node.kind === "scalar");
  const isWritten = node.range.start !== node.range.end;
  return { range: isValue && isWritten && trail.at !== "key" ? node.range : range, node };
}

/** How much two trees agree: what is known and the same, less what is known and differs or is in one of them only. */
export function likeness(written: Node, rendered: Node, depth = 0): number {
  if (depth > MAX_DEPTH) return 0;
  if (written.kind === "scalar") {
    if (written.unknown) return 0;
    return rendered.kind === "scalar" && rendered.source === written.source ? 1 : -CONTRADICTION;
  }
  if (written.kind !== rendered.kind) return -1;
  if (written.kind === "map") {
    const additional = entriesOf(rendered).filter(({ key }) => entryOf(written, key.source) === undefined);
    return written.entries.reduce((sum, { key, value }) => {
      const other = nodeAt(rendered, [key.source]);
      return other === undefined ? sum - 1 : sum + 1 + likeness(value, other, depth + 1);
    }, -additional.length / 2);
  }
  return itemsOf(written).reduce((sum, item, i) => {
    const other = itemsOf(rendered)[i];
    return other === undefined ? sum - 1 : sum + likeness(item, other, depth + 1);
  }, 0);
}

/** So many values that agree weigh as much as one that differs: much is the same everywhere. */
const CONTRADICTION = 3;
/** Deeper differences decide nothing. */
const MAX_DEPTH = 12;

function stepInto(node: Node, range: Range): (TrailStep & { atKey: boolean }) | undefined {
  if (node.kind === "scalar") return undefined;
  if (node.kind === "seq") {
    const index = node.items.findIndex((item) => contains(item.range, range));
    const item = node.items[index];
    return item === undefined ? undefined : { step: index, node: item, atKey: false };
  }
  for (const { key, value } of node.entries) {
    if (contains(key.range, range)) return { step: key.source, node: value, atKey: true };
    if (contains(value.range, range)) return { step: key.source, node: value, atKey: false };
  }
  return undefined;
}

/** The entry of a key; of several in branches of a template, the one most like what was rendered. */
function entryLike(node: Node, key: string, rendered: Node): { node: Node; range: Range } | undefined {
  if (node.kind !== "map") return undefined;
  const entries = node.entries.filter((entry) => entry.key.source === key && !entry.key.unknown);
  const best = mostLike(entries, (entry: Entry) => likeness(entry.value, rendered));
  return best === undefined ? undefined : { node: best.value, range: best.key.range };
}

/**
 * The item of the same name, else the one most like what was rendered, and of equals the one at the same place; a
 * template may make several of one.
 */
function itemLike(node: Node, index: number, rendered: Node): { node: Node; range: Range } | undefined {
  if (node.kind !== "seq") return undefined;
  const name = nameOf(rendered);
  const candidates = name === undefined ? node.items : namedItems(node.items, name);
  const same = node.items[index];
  const first = same !== undefined && candidates.includes(same) ? [same] : [];
  const found = mostLike([...first, ...candidates], (item) => likeness(item, rendered));
  return found === undefined ? undefined : { node: found, range: titleOf(found) };
}

/** The items of a name; where there is none, those whose name a template decides. */
function namedItems(items: readonly Node[], name: string): readonly Node[] {
  const named = items.filter((item) => nameOf(item) === name);
  return named.length > 0 ? named : items.filter((item) => item.kind === "map" && nameOf(item) === undefined);
}

function isEqual(a: Range, b: Range): boolean {
  return a.start === b.start && a.end === b.end;
}

function nameOf(node: Node): string | undefined {
  return stringOf(nodeAt(node, "name"));
}

/** The first of those that score highest. */
export function mostLike<T>(candidates: readonly T[], score: (candidate: T) => number): T | undefined {
  let best: T | undefined;
  let most = Number.NEGATIVE_INFINITY;
  if (candidates.length < 2) return candidates[0];
  for (const candidate of candidates) {
    const points = score(candidate);
    if (points > most) {
      most = points;
      best = candidate;
    }
  }
  return best;
}
