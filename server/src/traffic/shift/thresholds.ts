/** What a shift has to keep to. Times in seconds, ratios from 0 to 1. */
export interface Thresholds {
  /** Part of the requests that must succeed (not 5xx). Its complement is the error budget. */
  readonly successRate: number;
  /** Milliseconds that 99 of 100 requests must stay under; undefined: shown, not judged. */
  readonly p99: number | undefined;
  /** Fewest requests that a verdict rests on; undefined: 3 ÷ error budget. */
  readonly minRequests: number | undefined;
  /** Shortest time at each step. */
  readonly soak: number;
  /** A step that has not seen enough after this long is held. */
  readonly patience: number;
  /** Seconds between two checks. */
  readonly interval: number;
  /** A step fails when `failures` of the last `outOf` checks failed. */
  readonly failures: number;
  readonly outOf: number;
  /** Seconds between two scrapes of Prometheus; windows are at least four times as long. */
  readonly scrapeInterval: number;
  readonly window: number;
  /** Utilisation up to which all is well, and above which a step is blocked. */
  readonly amber: number;
  readonly red: number;
  /** Requests per second that one ready Pod can carry; undefined: worked out from the autoscaler's figures. */
  readonly podCapacity: number | undefined;
  /** How long a preview may be confirmed. */
  readonly previewExpiry: number;
  /** How long the old side may take to scale up again while a shift is rolled back in steps. */
  readonly rampPatience: number;
  /** How long reads and writes that lead to no answer are tried again. */
  readonly retryPatience: number;
  /** How long the old side is kept after the shift. */
  readonly keepOld: number;
}

/** What counts unless stated otherwise. */
export const DEFAULTS: Thresholds = {
  successRate: 0.99,
  p99: undefined,
  minRequests: undefined,
  soak: 60,
  patience: 1800,
  interval: 10,
  failures: 1,
  outOf: 1,
  scrapeInterval: 15,
  window: 120,
  amber: 0.7,
  red: 0.9,
  podCapacity: undefined,
  previewExpiry: 300,
  rampPatience: 600,
  retryPatience: 120,
  keepOld: 86_400,
};

/** Later ones win; what a source does not say is left to those before it. */
export function mergeThresholds(...sources: readonly Partial<Thresholds>[]): Thresholds {
  const stated = sources.map((source) =>
    Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined)),
  );
  return Object.assign({}, DEFAULTS, ...stated);
}

/** Fewest requests for a verdict: with 3 ÷ e and none failing, a rate above e is ruled out with 95 % ("rule of three"). */
export function minimumSample({ minRequests, successRate }: Thresholds): number {
  const budget = 1 - successRate;
  if (minRequests !== undefined) return minRequests;
  // 1 - 0.99 is a little more than 0.01 in binary; 299.99… must not become 300.
  return budget <= 0 ? Number.POSITIVE_INFINITY : Math.ceil(3 / budget - 1e-6);
}

/** Length of the range in queries. */
export function windowOf(thresholds: Thresholds): number {
  return Math.max(thresholds.window, leastWindow(thresholds));
}

/** The shortest range over which rates can be worked out. */
export function leastWindow({ scrapeInterval }: Thresholds): number {
  return 4 * scrapeInterval;
}
