import type { Session } from "../../features/session.ts";
import { entriesOf, nodeAt, stringOf } from "../../model/node.ts";
import { formatDuration } from "../../recovery/durations.ts";
import { PLAN_TYPE, type Plan, planOf } from "../../recovery/plan.ts";
import { plannedFailovers } from "../../recovery/planned-failovers.ts";
import { promisesOf } from "../../recovery/promises.ts";
import type { DrillPromise, PlanAbTest, PlanFailover } from "./messages.ts";

/** The failovers of the workspace's recovery plans. */
export function plannedHere(session: Session): readonly PlanFailover[] {
  const snapshot = session.snapshot();
  return plansOf(session).flatMap((plan) =>
    plannedFailovers(plan, snapshot).map((failover) => ({ ...failover, ...placeOf(session, plan) })),
  );
}

/** What each of the workspace's plans promises for moving a VirtualService: the strictest of its times. */
export function promisedHere(
  session: Session,
  target: { readonly namespace: string; readonly name: string },
): readonly DrillPromise[] {
  return plansOf(session).flatMap((plan): DrillPromise[] => {
    const [strictest] = promisesOf(plan, target);
    if (strictest === undefined) return [];
    const { disruption, rto } = strictest;
    return [{ rto: formatDuration(rto), disruption, ...placeOf(session, plan) }];
  });
}

/** The A/B tests that the workspace's plans describe. */
export function abTestsHere(session: Session): readonly PlanAbTest[] {
  return plansOf(session).flatMap((plan): PlanAbTest[] => {
    const node = plan.release?.abTest;
    const header = stringOf(nodeAt(node, "header"));
    const variants = entriesOf(nodeAt(node, "variants")).flatMap(({ key, value }) => {
      const subset = stringOf(value);
      return subset === undefined ? [] : [{ value: key.source, subset }];
    });
    if (header === undefined || variants.length === 0) return [];
    const written = stringOf(nodeAt(node, "virtualService"));
    const { namespace } = plan.resource;
    const virtualService =
      written === undefined || written.includes("/") || namespace === undefined
        ? written
        : `${namespace}/${written}`;
    return [{ ...placeOf(session, plan), virtualService, header, variants }];
  });
}

function plansOf(session: Session): readonly Plan[] {
  return session
    .snapshot()
    .find("type", PLAN_TYPE)
    .filter(({ document }) => session.isEnabled(document.uri))
    .flatMap((resource) => planOf(resource) ?? []);
}

function placeOf(session: Session, { resource }: Plan): { readonly plan: string; readonly uri: string } {
  return { plan: resource.name ?? "-", uri: session.clientUri(resource.document.uri) };
}
