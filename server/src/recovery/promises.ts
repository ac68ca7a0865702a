import { known } from "./fields.ts";
import type { Disruption, Plan } from "./plan.ts";
import { isNamed, type RouteName } from "./routes-of-plan.ts";

/** What a plan promises for a disruption after which it moves a route. */
export interface Promised {
  readonly disruption: Disruption;
  /** Seconds. */
  readonly rto: number;
}

/**
 * The times that a plan promises for moving a VirtualService, the strictest first: of the disruptions that a failover
 * serves which has a step whose strategy names it.
 */
export function promisesOf(plan: Plan, target: RouteName): readonly Promised[] {
  const served = disruptionsMoved(plan, target);
  const promises = plan.objectives.items.flatMap((objective): Promised[] => {
    const disruption = known(objective.disruption);
    const rto = known(objective.rto);
    const isServed = disruption !== undefined && served.has(disruption);
    return isServed && rto !== undefined && rto > 0 ? [{ disruption, rto }] : [];
  });
  return promises.toSorted((a, b) => a.rto - b.rto);
}

function disruptionsMoved(plan: Plan, target: RouteName): ReadonlySet<Disruption> {
  const strategies = new Set(
    plan.strategies.items.flatMap((strategy) => {
      const written = known(strategy.virtualService);
      const called = known(strategy.name);
      return written !== undefined && isNamed(plan, written, target) && called !== undefined ? [called] : [];
    }),
  );
  return new Set(
    plan.failovers.items
      .filter(({ steps }) => steps.items.some((step) => strategies.has(known(step.strategy) ?? "")))
      .flatMap(({ serves }) => serves.items.map(({ value }) => value)),
  );
}
