import { detectionSeconds, type Probe } from "../../workspace/probes.ts";

/** How often a probe asks and how many failures it takes. */
export interface Timing {
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

/**
 * The failureThreshold with which a liveness probe of this period and timeout waits at least twice as long as the
 * readiness probe, so that a pod is out of traffic well before it is restarted. Undefined when a template decides.
 */
export function patientThreshold(
  liveness: Pick<Probe, "periodSeconds" | "timeoutSeconds">,
  readiness: Probe,
): number | undefined {
  const { periodSeconds, timeoutSeconds } = liveness;
  const unready = detectionSeconds(readiness);
  if (periodSeconds === undefined || timeoutSeconds === undefined || unready === undefined) return undefined;
  const waiting = (readiness.periodSeconds ?? 0) * (readiness.failureThreshold ?? 0);
  const beyond = Math.floor((unready - timeoutSeconds) / periodSeconds) + 1;
  return Math.max(Math.ceil((2 * waiting) / periodSeconds), beyond);
}

/**
 * Timing of a readiness probe that asks the same as a liveness probe and still gives up before it. Undefined when
 * liveness is so impatient that nothing is quicker, or a template decides.
 */
export function eagerTiming(liveness: Probe): Timing | undefined {
  const { periodSeconds, failureThreshold } = liveness;
  if (periodSeconds === undefined || failureThreshold === undefined) return undefined;
  const budget = periodSeconds * failureThreshold;
  for (const period of [5, 2, 1]) {
    const failures = Math.min(3, Math.ceil(budget / period) - 1);
    if (period <= periodSeconds && failures >= 1)
      return { periodSeconds: period, failureThreshold: failures };
  }
  return undefined;
}
