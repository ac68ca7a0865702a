import { known } from "./fields.ts";
import type { Disruption, Plan } from "./plan.ts";

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
export function promisesOf(
  plan: Plan,
  target: { readonly namespace: string; readonly name: string },
): readonly Promised[] {
  const served = disruptionsMoved(plan, target);
  const promises = plan.objectives.items.flatMap((objective): Promised[] => {
    const disruption = known(objective.disruption);
    const rto = known(objective.rto);
    const isServed = disruption !== undefined && served.has(disruption);
    return isServed && rto !== undefined && rto > 0 ? [{ disruption, rto }] : [];
  });
  return promises.toSorted((a, b) => a.rto - b.rto);
}

function disruptionsMoved(
  plan: Plan,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): ReadonlySet<Disruption> {
  const strategies = new Set(
    plan.strategies.items.flatMap((strategy) => {
      const written = known(strategy.virtualService);
      // Without a namespace it is that of the plan, or of whoever runs the drill.
      const own = plan.resource.namespace ?? namespace;
      const full = written === undefined || written.includes("/") ? written : `${own}/${written}`;
      const called = known(strategy.name);
      return full === `${namespace}/${name}` && called !== undefined ? [called] : [];
    }),
  );
  return new Set(
    plan.failovers.items
      .filter(({ steps }) => steps.items.some((step) => strategies.has(known(step.strategy) ?? "")))
      .flatMap(({ serves }) => serves.items.map(({ value }) => value)),
  );
}
