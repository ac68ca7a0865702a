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
}

/**
 * Puts steps in time: the longest path for the best and for the worst case. Never fails: a name that nobody has
 * is left out and makes the times open; of several steps of one name the first is meant; steps that wait for each other
 * in a circle, and what waits for those, never end.
 */
export function scheduleSteps(steps: readonly GraphStep[]): StepGraph {
  const byName = placesOf(steps);
  const before = steps.map((step) => waitsFor(step, byName));
  const order = topologicalOrder(before);
  const waitsForNobody = steps.map(({ after }) => after.some((name) => !byName.has(name)));
  const times = inTime(steps, before, order, waitsForNobody);
  const total = sideBySide(times.map(({ end }) => end));
  const path = criticalPath(times, before);
  const critical = new Set(path);
  return {
    steps: times.map((time, index) => ({ index, ...time, critical: critical.has(index) })),
    total,
    path,
  };
}

/** Names and what has to be done before; the part of a step that its order depends on. */
type Ordered = Pick<GraphStep, "name" | "after">;

/** Positions of the steps in an order in which they can be done; those that wait for a circle stand last. */
export function orderOf(steps: readonly Ordered[]): readonly number[] {
  const byName = placesOf(steps);
  const order = topologicalOrder(steps.map((step) => waitsFor(step, byName)));
  const done = new Set(order);
  return [...order, ...steps.flatMap((_, index) => (done.has(index) ? [] : [index]))];
}

/** Of several steps of one name the first is meant. */
function placesOf(steps: readonly Ordered[]): ReadonlyMap<string, number> {
  const byName = new Map<string, number>();
  steps.forEach(({ name }, index) => {
    if (!byName.has(name)) byName.set(name, index);
  });
  return byName;
}

function waitsFor({ after }: Ordered, byName: ReadonlyMap<string, number>): readonly number[] {
  return [...new Set(after.flatMap((name) => byName.get(name) ?? []))];
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
  uncertain: readonly boolean[],
): readonly Times[] {
  const times: Times[] = steps.map(() => ({ start: ENDLESS, end: ENDLESS }));
  for (const index of order) {
    const step = steps[index];
    if (step === undefined) continue;
    const latest = sideBySide((before[index] ?? []).map((other) => times[other]?.end ?? ENDLESS));
    const start = uncertain[index] ? { ...latest, open: true } : latest;
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
