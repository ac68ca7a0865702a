import { t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import { pinnedRoutes } from "../gates/situation.ts";
import { partOf, planGoal } from "../goals/plan.ts";
import { removalOfLive } from "../goals/routes.ts";
import type { WeightsGoal } from "../goals/weights.ts";
import { kubectlPatch } from "../kubectl.ts";
import { type Leg, nameOfLeg, sameLeg } from "../leg.ts";
import { known, valueIfKnown } from "../reading/read.ts";
import { readSides } from "../reading/sides.ts";
import { findRoute } from "../route.ts";
import { connectionOf, type MemberWork, type Work } from "../work.ts";

/** Header routes to the side that was given up still lead there, and weights do not change that: how to take them away. */
export function offerRemoval(
  work: Work,
  member: MemberWork,
  object: KubeObject,
  undo: WeightsGoal,
): readonly string[] {
  const route = findRoute(object, undo.route);
  const grown = work.steps.findLast(
    ({ goal }) => goal.kind === "weights" && goal.route.list === undo.route.list,
  )?.goal;
  if (route === undefined || route.list !== "http" || grown?.kind !== "weights") return work.manual;
  const weightIn = (goal: WeightsGoal, leg: Leg) =>
    goal.weights.find((entry) => sameLeg(entry.leg, leg))?.weight ?? 0;
  const givenUp = route.legs.filter((leg) => weightIn(grown, leg) > weightIn(undo, leg));
  return pinnedRoutes(object, route)
    .filter(({ legs }) => legs.every((leg) => givenUp.some((other) => sameLeg(leg, other))))
    .flatMap((pinned) => {
      work.note(
        t(
          "The header route {name} still leads to {leg}: those whom it is for stay on the version that was given up. Take it away too, if that version is bad.",
          {
            name: pinned.name ?? `${pinned.list}[${pinned.index}]`,
            leg: pinned.legs.map(nameOfLeg).join(", "),
          },
        ),
      );
      const goal = removalOfLive(object, pinned.index);
      const plan = goal && planGoal(object, goal);
      return plan?.ok ? [kubectlPatch(member.context, member.ref, plan.operations)] : [];
    });
}

/** Says so where traffic comes back to a side that nobody answers for. */
export async function noteDead(
  work: Work,
  member: MemberWork,
  object: KubeObject,
  undo: WeightsGoal,
  signal: AbortSignal,
): Promise<void> {
  const route = findRoute(object, undo.route);
  const connection = connectionOf(work, member.context);
  if (route === undefined || connection === undefined) return;
  const sides = await readSides(connection.cluster, object, route.legs, signal);
  for (const [i, leg] of route.legs.entries())
    if (leg.weight > 0 && (valueIfKnown(sides[i]?.endpoints ?? known(undefined))?.ready ?? 1) === 0)
      work.note(t("{leg} gets traffic again, but none of its endpoints is ready.", { leg: nameOfLeg(leg) }));
}

/** What a person can run to go back, for every object that was not brought back: made for the object as last read. */
export function manualCommands(work: Work): readonly string[] {
  const written = work.steps.slice(0, work.control.written);
  const open = work.members.flatMap((member, i) => {
    const undo = written.findLast((step) => step.member === i)?.undo;
    return member.restored || undo === undefined ? [] : [{ member, undo }];
  });
  return open.toReversed().flatMap(({ member, undo }) => {
    if (member.object === undefined) return [];
    const plan = planGoal(member.object, undo);
    if (!plan.ok || plan.operations.length === 0) return [];
    // Without the resourceVersion: the tests keep it from hitting another route, and it may be run later.
    return [kubectlPatch(member.context, member.ref, plan.operations, partOf(undo))];
  });
}
