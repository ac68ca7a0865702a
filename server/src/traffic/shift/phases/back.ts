import { t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import { pinnedRoutes } from "../gates/situation.ts";
import type { Goal } from "../goals/goal.ts";
import { isReached, partOf, planGoal } from "../goals/plan.ts";
import { removalOfLive } from "../goals/routes.ts";
import type { WeightsGoal } from "../goals/weights.ts";
import { kubectlPatch } from "../kubectl.ts";
import { type Leg, nameOfLeg, sameLeg } from "../leg.ts";
import { withVersion } from "../patch.ts";
import { explain, known, valueIfKnown } from "../reading/read.ts";
import { readSides } from "../reading/sides.ts";
import { findRoute } from "../route.ts";
import type { ShiftEvent } from "../state.ts";
import {
  connectionOf,
  inputsFor,
  type MemberWork,
  nameOfMember,
  patiently,
  readLive,
  specHash,
  type Work,
} from "../work.ts";
import { partWay, roomOf } from "./room.ts";

/** What is to be undone next: the object written last that was not brought back yet. */
export function undoing(
  work: Work,
): { readonly member: MemberWork; readonly undo: Goal | undefined } | undefined {
  const written = work.steps.slice(0, work.control.written);
  const step = written.findLast(({ member }) => work.members[member]?.restored === false);
  const member = step && work.members[step.member];
  return step === undefined || member === undefined ? undefined : { member, undo: step.undo };
}

/** Whether the old side can carry what comes back to it: all, a part, nothing yet, or nobody is there. */
export async function checkCapacity(work: Work, signal: AbortSignal): Promise<ShiftEvent> {
  const next = undoing(work);
  if (next === undefined) return { type: "nothingToUndo" };
  const { member, undo } = next;
  if (undo === undefined) {
    work.reason = t(
      "What was done to {object} cannot be undone by a write. Follow the runbook of its operator.",
      { object: nameOfMember(member) },
    );
    return { type: "capacityNone" };
  }
  const live = await readLive(work, member, signal);
  if (!live.ok) {
    work.reason = explain(live.failure, nameOfMember(member));
    work.manual = manualCommands(work);
    return { type: "capacityNone" };
  }
  if (isReached(live.value, undo)) return { type: "nothingToUndo" };
  if (undo.kind !== "weights") return { type: "capacityFull" };
  return weigh(work, member, live.value, undo, signal);
}

async function weigh(
  work: Work,
  member: MemberWork,
  object: KubeObject,
  undo: WeightsGoal,
  signal: AbortSignal,
): Promise<ShiftEvent> {
  const route = findRoute(object, undo.route);
  const connection = connectionOf(work, member.context);
  if (route === undefined || connection === undefined) {
    work.reason = t(
      "The route of {object} is no longer as it was, so the weights before the shift have no place there.",
      { object: nameOfMember(member) },
    );
    work.manual = manualCommands(work);
    return { type: "capacityNone" };
  }
  const sides = await readSides(connection.cluster, object, route.legs, signal);
  const room = roomOf(work, member, route, undo, sides);
  if (!room.known) {
    // Nothing is known against the old side, which carried all of it before.
    work.note(room.why);
    return { type: "capacityFull" };
  }
  if (room.value.dead !== undefined) {
    work.reason = t(
      "None of the endpoints of {leg} is ready, so what came back to it would fail. Bring it up and try again, or go back regardless.",
      { leg: room.value.dead },
    );
    // Right after a restart of the control plane nobody seems ready for a moment.
    const { clock } = work.deps;
    work.rampSince ??= clock.now();
    if (clock.now() - work.rampSince < work.thresholds.retryPatience * 1000) return { type: "capacityWait" };
    work.manual = manualCommands(work);
    return { type: "capacityNone" };
  }
  const { fraction } = room.value;
  if (fraction >= 1) return { type: "capacityFull" };
  work.ramp = partWay(route, undo, fraction);
  work.rampSince ??= work.deps.clock.now();
  if (fraction <= 0 || isReached(object, work.ramp)) {
    work.reason = t(
      "The old side has too few ready endpoints for more than it carries now. It is waited for.",
    );
    return { type: "capacityWait" };
  }
  work.rampSince = work.deps.clock.now();
  return { type: "capacityPart" };
}

/** How often a write back is made again because somebody else wrote at the same moment. */
const RACES = 8;

/** Writes back: all the way, or as far as the old side can carry. */
export async function writeBack(work: Work, signal: AbortSignal): Promise<ShiftEvent> {
  const next = undoing(work);
  if (next === undefined) return { type: "rollbackWritten" };
  const { member, undo } = next;
  const connection = connectionOf(work, member.context);
  const goal = work.control.final ? undo : (work.ramp ?? undo);
  if (goal === undefined || connection === undefined) return { type: "rollbackRefused" };
  for (let race = 0; race < RACES && !signal.aborted; race++) {
    const live = await readLive(work, member, signal);
    if (!live.ok) return refused(work, explain(live.failure, nameOfMember(member)));
    const inputs = await inputsFor(work, member, goal, signal);
    const plan = planGoal(live.value, goal, inputs.known ? inputs.value : {});
    if (!plan.ok) return refused(work, plan.reason);
    if (plan.operations.length === 0) return { type: "rollbackWritten" };
    const subresource = partOf(goal);
    const outcome = await patiently(work, signal, () =>
      connection.cluster.patch(
        member.ref,
        withVersion(live.value, plan.operations),
        { dryRun: false, ...(subresource && { subresource }) },
        signal,
      ),
    );
    if (outcome.ok) {
      work.note(
        work.control.final
          ? t(
              "{object} in {context} was written back to what it was before the shift (resourceVersion {version}).",
              {
                object: nameOfMember(member),
                context: member.context,
                version: outcome.value.metadata.resourceVersion ?? "?",
              },
            )
          : t("{object} in {context} was written back a part of the way, as far as the old side can carry.", {
              object: nameOfMember(member),
              context: member.context,
            }),
      );
      return { type: "rollbackWritten" };
    }
    if (outcome.failure.kind !== "conflict")
      return refused(work, explain(outcome.failure, nameOfMember(member)));
  }
  return refused(
    work,
    t("{object} is being changed by somebody else all the time.", { object: nameOfMember(member) }),
  );
}

function refused(work: Work, why: ReturnType<typeof t>): ShiftEvent {
  work.reason = why;
  work.note(why);
  work.manual = manualCommands(work);
  return { type: "rollbackRefused" };
}

/** Waits until the old side can carry more. */
export async function waitForOld(work: Work, signal: AbortSignal): Promise<ShiftEvent | undefined> {
  const { clock } = work.deps;
  const end = (work.rampSince ?? clock.now()) + work.thresholds.rampPatience * 1000;
  await clock.sleep(work.thresholds.interval * 1000, signal);
  if (signal.aborted) return undefined;
  if (clock.now() < end) return { type: "rampReady" };
  work.reason = t(
    "The old side has not scaled up within {seconds} s. Scale it up by hand and try again, or go back regardless.",
    { seconds: work.thresholds.rampPatience },
  );
  work.note(work.reason);
  work.manual = manualCommands(work);
  return { type: "rampStuck" };
}

/** Looks whether the object is what it was before the shift, and whether anybody answers there. */
export async function verifyOld(work: Work, signal: AbortSignal): Promise<ShiftEvent> {
  const next = undoing(work);
  if (next === undefined) return { type: "verified", more: false };
  const { member, undo } = next;
  const live = await readLive(work, member, signal);
  if (!live.ok || undo === undefined || !isReached(live.value, undo)) {
    work.reason = live.ok
      ? t("{object} is not as it was before the shift.", { object: nameOfMember(member) })
      : explain(live.failure, nameOfMember(member));
    work.manual = manualCommands(work);
    return { type: "verifyFailed" };
  }
  if (specHash(live.value) !== member.snapshot && undo.kind !== "rollout")
    work.note(
      t(
        "{object} has its weights of before the shift again. Something else in it was changed by others meanwhile; that was left alone.",
        { object: nameOfMember(member) },
      ),
    );
  if (undo.kind === "weights") await noteDead(work, member, live.value, undo, signal);
  if (undo.kind === "weights") work.manual = offerRemoval(work, member, live.value, undo);
  member.restored = true;
  work.rampSince = undefined;
  work.ramp = undefined;
  return { type: "verified", more: undoing(work) !== undefined };
}

/** Header routes to the side that was given up still lead there, and weights do not change that: how to take them away. */
function offerRemoval(
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

async function noteDead(
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
