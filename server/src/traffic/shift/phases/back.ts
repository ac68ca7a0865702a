import { t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import type { Goal } from "../goals/goal.ts";
import { isReached, planGoal } from "../goals/plan.ts";
import type { SubsetsGoal } from "../goals/subsets.ts";
import type { WeightsGoal } from "../goals/weights.ts";
import { textAt } from "../json.ts";
import { explain } from "../reading/read.ts";
import { readSides } from "../reading/sides.ts";
import { readUsers } from "../reading/subset-users.ts";
import { findRoute } from "../route.ts";
import type { ShiftEvent } from "../state.ts";
import {
  connectionOf,
  inputsFor,
  type MemberWork,
  nameOfMember,
  readLive,
  specHash,
  type Work,
} from "../work.ts";
import { manualCommands, noteDead, offerRemoval } from "./aftermath.ts";
import { partWay, roomOf } from "./room.ts";
import { hasMoved, send } from "./write.ts";

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
  if (isReached(live.value, undo)) return isStillThere(work, member, undo, signal);
  if (undo.kind === "subsets") return weighSubsets(work, member, live.value, undo, signal);
  if (undo.kind !== "weights") return { type: "capacityFull" };
  return weigh(work, member, live.value, undo, signal);
}

/** A write whose end is not known may still be under way: it is looked at once more. */
async function isStillThere(
  work: Work,
  member: MemberWork,
  undo: Goal,
  signal: AbortSignal,
): Promise<ShiftEvent> {
  if (!work.control.doubtful) return { type: "nothingToUndo" };
  await work.deps.clock.sleep(work.thresholds.interval * 1000, signal);
  const live = await readLive(work, member, signal);
  return live.ok && isReached(live.value, undo) ? { type: "nothingToUndo" } : checkCapacity(work, signal);
}

/** Seconds after which no proxy asks any more for the subsets that the routes of before have left. */
const SETTLED = 10;

/** Subsets go once no route leads to them, and every proxy has heard of it: else its requests get 503. */
async function weighSubsets(
  work: Work,
  member: MemberWork,
  rule: KubeObject,
  { subsets }: SubsetsGoal,
  signal: AbortSignal,
): Promise<ShiftEvent> {
  const connection = connectionOf(work, member.context);
  if (connection === undefined) return { type: "capacityNone" };
  const host = textAt(rule, "spec", "host") ?? "";
  const read = await Promise.all(
    subsets.map(({ name }) => readUsers(connection.cluster, { host, subset: name, by: rule }, signal)),
  );
  const unread = read.find((users) => !users.known);
  const users = read.flatMap((one) => (one.known ? one.value : []));
  if (unread !== undefined || users.length > 0) {
    const names = subsets.map(({ name }) => name).join(", ");
    work.reason =
      unread !== undefined && !unread.known
        ? unread.why
        : t(
            "{users} lead to subset {names} now, so it stays: without it their requests would get 503. Take those routes away and try again, or leave it as it is.",
            { users: users.join(", "), names },
          );
    work.note(work.reason);
    work.manual = manualCommands(work);
    return { type: "capacityNone" };
  }
  const { clock } = work.deps;
  work.rampSince ??= clock.now();
  if (clock.now() - work.rampSince >= SETTLED * 1000) return { type: "capacityFull" };
  work.reason = t("The subsets stay for {seconds} s, until every proxy has left them.", { seconds: SETTLED });
  return { type: "capacityWait" };
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
  const goal = work.control.final ? undo : (work.ramp ?? undo);
  if (goal === undefined) return { type: "rollbackRefused" };
  let why = t("{object} is being changed by somebody else all the time.", { object: nameOfMember(member) });
  for (let race = 0; race < RACES && !signal.aborted; race++) {
    const live = await readLive(work, member, signal);
    if (!live.ok) return refused(work, explain(live.failure, nameOfMember(member)));
    const inputs = await inputsFor(work, member, goal, signal);
    const read = inputs.known ? inputs.value : {};
    const plan = planGoal(live.value, goal, read);
    if (!plan.ok) return refused(work, plan.reason);
    if (plan.operations.length === 0) return { type: "rollbackWritten" };
    const outcome = await send(work, member, { live: live.value, goal, plan, inputs: read }, signal);
    if (outcome.ok) return written(work, member, outcome.value);
    const { kind } = outcome.failure;
    if (kind !== "conflict") why = explain(outcome.failure, nameOfMember(member));
    // Whether an unclear one arrived, and whether the route was only moved, the next reading tells.
    const isRace =
      kind === "conflict" || kind === "unclear" || (await hasMoved(work, member, live.value, signal));
    if (!isRace) return refused(work, why);
  }
  return refused(work, why);
}

function written(work: Work, member: MemberWork, { metadata }: KubeObject): ShiftEvent {
  const values = { object: nameOfMember(member), context: member.context };
  work.note(
    work.control.final
      ? t(
          "{object} in {context} was written back to what it was before the shift (resourceVersion {version}).",
          { ...values, version: metadata.resourceVersion ?? "?" },
        )
      : t(
          "{object} in {context} was written back a part of the way, as far as the old side can carry.",
          values,
        ),
  );
  return { type: "rollbackWritten" };
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
