import type { Probe } from "../../workspace/probes.ts";

/** Fields of a probe to be set. */
export interface Lowering {
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
}

/**
 * The smallest change with which a probe notices within `maximum` seconds: fewer failures as long as three (or as many
 * as it had) are left, since a single lost packet should not take a pod out; else a shorter period, which stays above
 * the timeout; else a shorter timeout too. Undefined when it is quick enough, a template decides, or nothing is.
 */
export function lowered(probe: Probe, maximum: number): Lowering | undefined {
  const { periodSeconds: period, failureThreshold: threshold, timeoutSeconds: timeout } = probe;
  if (period === undefined || threshold === undefined || timeout === undefined) return undefined;
  if (period * threshold + timeout <= maximum) return undefined;
  const failures = Math.min(threshold, 3);
  const fewer = Math.floor((maximum - timeout) / period);
  if (fewer >= failures) return { failureThreshold: fewer };
  const fewest = failures === threshold ? {} : { failureThreshold: failures };
  const shorter = Math.floor((maximum - timeout) / failures);
  if (shorter >= Math.max(timeout, 1)) return { periodSeconds: shorter, ...fewest };
  const both = Math.floor(maximum / (failures + 1));
  return both < 1 ? undefined : { periodSeconds: both, timeoutSeconds: both, ...fewest };
}
