/** How long something takes or how much is lost, in seconds. */
export interface Estimate {
  readonly best: number;
  /** What is known of the worst case; Infinity where there is no end. */
  readonly worst: number;
  /** Some input is not known, so that the worst case may be longer than `worst`. */
  readonly open: boolean;
}

/** Exactly this long. */
export function exactly(seconds: number): Estimate {
  return { best: seconds, worst: seconds, open: false };
}

/** Between two known bounds. */
export function between(best: number, worst: number): Estimate {
  return { best, worst, open: false };
}

/** Nothing is known about it. */
export const UNKNOWN: Estimate = { best: 0, worst: 0, open: true };

/** It never ends: nothing restores it, or nothing is left. */
export const NEVER: Estimate = exactly(Number.POSITIVE_INFINITY);

/** One after the other. */
export function inSequence(estimates: readonly Estimate[]): Estimate {
  return {
    best: estimates.reduce((sum, { best }) => sum + best, 0),
    worst: estimates.reduce((sum, { worst }) => sum + worst, 0),
    open: estimates.some(({ open }) => open),
  };
}

/** All at the same time, until the last one is done. */
export function sideBySide(estimates: readonly Estimate[]): Estimate {
  return {
    best: estimates.reduce((longest, { best }) => Math.max(longest, best), 0),
    worst: estimates.reduce((longest, { worst }) => Math.max(longest, worst), 0),
    open: estimates.some(({ open }) => open),
  };
}

/** Whether one is worse than another; what is unknown counts as worse where the known part is the same. */
export function isWorse(a: Estimate, b: Estimate): boolean {
  return a.worst === b.worst ? a.open && !b.open : a.worst > b.worst;
}

/** What a computed time means for a promised one. */
export type Verdict = "met" | "breached" | "unknown";

/** Compares with a promise. Something unknown takes some time, so that it never keeps a promise of nothing. */
export function verdictOf({ worst, open }: Estimate, promised: number): Verdict {
  if (worst > promised) return "breached";
  if (!open) return "met";
  return promised <= 0 ? "breached" : "unknown";
}
