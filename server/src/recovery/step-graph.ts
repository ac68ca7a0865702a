import { type Estimate, inSequence, sideBySide } from "./estimate.ts";

/** A step of a graph: it starts when all of `after` are done. */
export interface GraphStep {
  readonly name: string;
  readonly after: readonly string[];
  readonly estimate: Estimate;
}

/** When a step takes place, counted from the start of the first one. */
export interface Scheduled {
  /** Position among the steps that were given. */
  readonly index: number;
  readonly start: Estimate;
  readonly end: Estimate;
  /** Whether it is on the critical path: what makes the worst case as long as it is. */
  readonly critical: boolean;
}

/** A graph of steps in time. */
export interface StepGraph {
  /** In the order of the steps. */
  readonly steps: readonly Scheduled[];
  readonly total: Estimate;
  /** Positions of the steps of the critical path, in order. */
  readonly path: readonly number[];
  /** Positions of steps that wait for each other in a circle: they never start, and nothing that waits for them. */
  readonly cyclic: readonly number[];
  /** Names in `after` that no step has. */
  readonly missing: readonly { readonly index: number; readonly name: string }[];
  /** Positions of steps whose name an earlier one has already. */
  readonly duplicates: readonly number[];
}

/**
 * Puts steps in time: the longest path for the best and for the worst case. Never fails: a name that nobody has
 * is left out and makes the times open; steps in a circle and what waits for them never end.
 */
export function scheduleSteps(steps: readonly GraphStep[]): StepGraph {
  const byName = new Map<string, number>();
  const duplicates: number[] = [];
  steps.forEach(({ name }, index) => {
    if (byName.has(name)) duplicates.push(index);
    else byName.set(name, index);
  });
  const missing = steps.flatMap(({ after }, index) =>
    after.filter((name) => !byName.has(name)).map((name) => ({ index, name })),
  );
  const before = steps.map(({ after }) => [...new Set(after.flatMap((name) => byName.get(name) ?? []))]);
  const order = topologicalOrder(before);
  const times = inTime(steps, before, order, new Set(missing.map(({ index }) => index)));
  const total = sideBySide(times.map(({ end }) => end));
  const path = criticalPath(times, before);
  const critical = new Set(path);
  return {
    steps: times.map((time, index) => ({ index, ...time, critical: critical.has(index) })),
    total,
    path,
    cyclic: circlesIn(before, order),
    missing,
    duplicates,
  };
}

/** Kahn's order: steps that wait for a circle, or are part of one, are not in it. */
function topologicalOrder(before: readonly (readonly number[])[]): readonly number[] {
  const waiting = before.map((list) => list.length);
  const followers: number[][] = before.map(() => []);
  before.forEach((list, index) => {
    for (const other of list) followers[other]?.push(index);
  });
  const order = waiting.flatMap((count, index) => (count === 0 ? [index] : []));
  for (let i = 0; i < order.length; i++) {
    for (const follower of followers[order[i] ?? -1] ?? []) {
      const left = (waiting[follower] ?? 0) - 1;
      waiting[follower] = left;
      if (left === 0) order.push(follower);
    }
  }
  return order;
}

interface Times {
  readonly start: Estimate;
  readonly end: Estimate;
}

const ENDLESS: Estimate = { best: Number.POSITIVE_INFINITY, worst: Number.POSITIVE_INFINITY, open: false };

function inTime(
  steps: readonly GraphStep[],
  before: readonly (readonly number[])[],
  order: readonly number[],
  uncertain: ReadonlySet<number>,
): readonly Times[] {
  const times: Times[] = steps.map(() => ({ start: ENDLESS, end: ENDLESS }));
  for (const index of order) {
    const step = steps[index];
    if (step === undefined) continue;
    const latest = sideBySide((before[index] ?? []).map((other) => times[other]?.end ?? ENDLESS));
    const start = uncertain.has(index) ? { ...latest, open: true } : latest;
    times[index] = { start, end: inSequence([start, step.estimate]) };
  }
  return times;
}

/** From the step that ends last back to one that waits for none; the first one in the plan where several are alike. */
function criticalPath(times: readonly Times[], before: readonly (readonly number[])[]): readonly number[] {
  const latest = (candidates: readonly number[]) =>
    candidates.reduce<number | undefined>(
      (best, index) => (best === undefined || endOf(index) > endOf(best) ? index : best),
      undefined,
    );
  const endOf = (index: number) => times[index]?.end.worst ?? 0;
  const path: number[] = [];
  let current = latest(times.map((_, index) => index));
  // An endless time is no path.
  if (current !== undefined && endOf(current) === Number.POSITIVE_INFINITY) return [];
  while (current !== undefined) {
    path.push(current);
    current = latest(before[current] ?? []);
  }
  return path.reverse();
}

/** The steps that really are part of a circle, without those that only wait for one. */
function circlesIn(before: readonly (readonly number[])[], order: readonly number[]): readonly number[] {
  const ordered = new Set(order);
  const left = before.map((_, index) => index).filter((index) => !ordered.has(index));
  const groups = componentsOf(before, left);
  const sizes = new Map<number, number>();
  for (const group of groups.values()) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return left.filter((index) => {
    const group = groups.get(index) ?? -1;
    return (sizes.get(group) ?? 0) > 1 || (before[index]?.includes(index) ?? false);
  });
}

/** Which steps wait for each other, as a number they share (Tarjan's algorithm, without recursion: circles may be long). */
function componentsOf(
  before: readonly (readonly number[])[],
  from: readonly number[],
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const low = new Map<number, number>();
  const groups = new Map<number, number>();
  const pending: number[] = [];
  for (const start of from) {
    if (found.has(start)) continue;
    const path = [{ index: start, next: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { index } = top;
      if (top.next === 0) {
        found.set(index, found.size);
        low.set(index, found.size - 1);
        pending.push(index);
      }
      const other = before[index]?.[top.next++];
      if (other !== undefined) {
        if (!found.has(other)) path.push({ index: other, next: 0 });
        else if (!groups.has(other)) lower(low, index, found.get(other));
        continue;
      }
      path.pop();
      const waiting = path.at(-1);
      if (waiting !== undefined) lower(low, waiting.index, low.get(index));
      if (low.get(index) !== found.get(index)) continue;
      for (let member = pending.pop(); member !== undefined; member = pending.pop()) {
        groups.set(member, index);
        if (member === index) break;
      }
    }
  }
  return groups;
}

function lower(low: Map<number, number>, index: number, value: number | undefined): void {
  const own = low.get(index) ?? Number.POSITIVE_INFINITY;
  if (value !== undefined && value < own) low.set(index, value);
}
