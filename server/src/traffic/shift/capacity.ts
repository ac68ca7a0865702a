/** Requests that go to one side of a route. Rates are requests per second. */
export interface Demand {
  /** Requests that enter the weighted route (R). */
  readonly weighted: number;
  /** Requests that header routes in front of it send to this side whatever the weights (H). */
  readonly pinned: number;
  /** Times that a failing request is tried again. */
  readonly attempts: number;
}

/** What a side can carry. */
export interface Supply {
  /** Ready endpoints (N). */
  readonly ready: number;
  /** Requests per second of one of them at the utilisation it is meant to have (c). */
  readonly perPod: number;
}

/** How much of what a side can carry a share of the route asks of it; 0.5: half. Infinite without ready endpoints. */
export function utilisation(demand: Demand, share: number, { ready, perPod }: Supply): number {
  const rate = demandAt(demand, share);
  return rate === 0 ? 0 : rate / (ready * perPod);
}

/** Requests per second of a side that gets this share of the route. */
export function demandAt({ weighted, pinned }: Demand, share: number): number {
  return pinned + weighted * share;
}

/** The same when every request is tried as often as the route allows. */
export function worstDemandAt(demand: Demand, share: number): number {
  return demandAt(demand, share) * (1 + demand.attempts);
}

/** The largest weight of a hundred at which the side stays at or below `red` of what it can carry; from 0 to 100. */
export function maxSafeWeight({ weighted, pinned }: Demand, { ready, perPod }: Supply, red: number): number {
  const spare = red * ready * perPod - pinned;
  if (spare < 0) return 0;
  return weighted <= 0 ? 100 : Math.min(100, Math.floor(floorable((100 * spare) / weighted)));
}

/**
 * Without figures about the traffic: how many of a hundred a side may get so that none of its endpoints carries more
 * than those of the sides that carry it today. `today` is the number of ready endpoints of the other sides that have
 * a weight: together they carry all of it.
 */
export function maxSafeWeightByPods(ready: number, today: number): number {
  if (ready <= 0) return 0;
  return today <= 0 ? 100 : Math.min(100, Math.floor(floorable((100 * ready) / today)));
}

/** Seconds until a side that gets `rate` requests per second has seen `sample` of them; infinite without any. */
export function secondsToSee(sample: number, rate: number): number {
  return rate <= 0 ? Number.POSITIVE_INFINITY : Math.ceil(floorable(sample / rate));
}

/**
 * What one Pod can carry: what it carries now, scaled from its utilisation now to the one it is meant to have
 * (the autoscaler's target). Undefined when either is unknown or the Pods idle, which tells nothing.
 */
export function perPodCapacity(
  rate: number | undefined,
  ready: number,
  current: number | undefined,
  target: number | undefined,
): number | undefined {
  if (rate === undefined || current === undefined || target === undefined) return undefined;
  if (ready <= 0 || rate <= 0 || current <= 0 || target <= 0) return undefined;
  return (rate / ready) * (target / current);
}

/** Binary fractions may fall a hair short of a whole number: 29.999999999999996 is 30. */
function floorable(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value - rounded) < 1e-9 * Math.max(1, Math.abs(value)) ? rounded : value;
}
