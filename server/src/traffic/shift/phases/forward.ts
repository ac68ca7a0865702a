import { t } from "../../../model/message.ts";
import type { Failure, KubeObject } from "../cluster.ts";
import { capacityChecks, presenceChecks } from "../gates/capacity-gates.ts";
import { type Check, verdictOf } from "../gates/check.ts";
import type { Goal } from "../goals/goal.ts";
import { isReached, planGoal } from "../goals/plan.ts";
import { weightsIn } from "../goals/weights.ts";
import { sameSpec } from "../patch.ts";
import { explain } from "../reading/read.ts";
import { readSides } from "../reading/sides.ts";
import type { ShiftEvent } from "../state.ts";
import {
  type Connection,
  connectionOf,
  inputsFor,
  lastWriter,
  type MemberWork,
  nameOfMember,
  readLive,
  specHash,
  stepBefore,
  type Work,
} from "../work.ts";
import { healthChecks, readSituation } from "./gate.ts";
import { hasMoved, send } from "./write.ts";

/** A step, and the object that it is about. */
export interface Present {
  readonly goal: Goal;
  readonly undo: Goal | undefined;
  readonly member: MemberWork;
}

/** The step at hand; the reducer never leads here without one. */
export function present(work: Work): Present {
  return stepAt(work, work.control.step);
}

/** The step of that number, from 0. @throws RangeError where there is none */
export function stepAt(work: Work, index: number): Present {
  const step = work.steps[index];
  const member = step && work.members[step.member];
  if (step === undefined || member === undefined) throw new RangeError("there is no such step");
  return { goal: step.goal, undo: step.undo, member };
}

/** Judges whether the step may be written now. */
export async function gate(work: Work, signal: AbortSignal): Promise<ShiftEvent> {
  const { goal, member } = present(work);
  const connection = connectionOf(work, member.context);
  const live = await readLive(work, member, signal);
  if (!live.ok || connection === undefined) {
    work.reason = live.ok ? undefined : explain(live.failure, nameOfMember(member));
    return { type: "gateInconclusive" };
  }
  work.checks = await judged(work, member, connection, live.value, goal, signal);
  const verdict = verdictOf(work.checks);
  // A drill that waits would leave its fault in place, and one that knows too little has said so before it began.
  if (goal.kind === "all") {
    const against = work.checks.find(({ level }) => level === "block");
    if (against === undefined) return { type: "gatePass" };
    work.note(against.message);
    return { type: "gateFail" };
  }
  work.reason = work.checks.find(({ level }) => level === "block" || level === "unknown")?.message;
  if (verdict === "pass") work.reason = undefined;
  const events = {
    pass: "gatePass",
    wait: "gateWait",
    fail: "gateFail",
    inconclusive: "gateInconclusive",
  } as const;
  return { type: events[verdict] };
}

async function judged(
  work: Work,
  member: MemberWork,
  connection: Connection,
  object: KubeObject,
  goal: Goal,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  if (goal.kind === "insertRoutes") {
    const legs = goal.routes.map(({ to }) => to);
    return presenceChecks(await readSides(connection.cluster, object, legs, signal));
  }
  const weights = weightsIn(goal);
  if (weights === undefined) return [];
  const { baseline } = member;
  const situation = await readSituation(work, { connection, object, goal: weights, baseline }, signal);
  member.situation = situation ?? member.situation;
  // A route that is gone is found out by the write, which then reads the object again.
  if (situation === undefined) return [];
  return [...capacityChecks(situation), ...healthChecks(work, situation)];
}

/** Whether an object is as the step before left it, or as it was before the shift. */
export function isAsLeft(work: Work, index: number, object: KubeObject): boolean {
  const undo = work.steps[index]?.undo;
  const before = stepBefore(work, index)?.goal;
  if (before === undefined) return undo === undefined || isReached(object, undo);
  // A step that is the first to set weights finds those of before the shift.
  const weights = undo !== undefined && weightsIn(before) === undefined ? weightsIn(undo) : undefined;
  return isReached(object, before) && (weights === undefined || isReached(object, weights));
}

/** Writes the step: from the object as it is at this moment, and only if nobody else changed what it is about. */
export async function apply(work: Work, signal: AbortSignal): Promise<ShiftEvent> {
  const { goal, member } = present(work);
  const { step } = work.control;
  const live = await readLive(work, member, signal);
  if (!live.ok) {
    work.reason = explain(live.failure, nameOfMember(member));
    const type = unwritten(live.failure);
    // Nothing was sent yet.
    return { type: type === "applyUnclear" ? "applyUnreachable" : type };
  }
  const inputs = await inputsFor(work, member, goal, signal);
  if (!inputs.known) {
    work.reason = inputs.why;
    return { type: "applyUnreachable" };
  }
  const plan = planGoal(live.value, goal, inputs.value);
  if (!plan.ok) {
    work.reason = plan.reason;
    return { type: "applyConflict" };
  }
  const isFirst = stepBefore(work, step) === undefined;
  const expected = isFirst ? member.snapshot : member.expected?.hash;
  if (plan.operations.length === 0) {
    // It was so before: nobody changed anything.
    const hash = specHash(live.value);
    if (hash === expected) member.expected = { step, hash };
    return { type: "applied" };
  }
  // Of a Rollout the status is written, which its controller changes all the time; its revision is tested instead.
  if (goal.kind !== "rollout" && (specHash(live.value) !== expected || !isAsLeft(work, step, live.value)))
    return { type: "applyConflict" };
  member.expected = { step, hash: specHash(plan.after) };
  // What is expected has to be on disk as well: after a crash it tells our write from another's.
  try {
    await work.persist();
  } catch {
    return { type: "applyUnreachable" };
  }
  if (signal.aborted) return { type: "applyUnclear" };
  const write = { live: live.value, goal, plan, inputs: inputs.value };
  const outcome = await send(work, member, write, signal);
  if (!outcome.ok) {
    // What was refused and has not changed since is refused again: asked once, not over and over.
    const { kind } = outcome.failure;
    const isRefused = kind === "invalid" && !(await hasMoved(work, member, live.value, signal));
    const event = failed(work, member, outcome.failure);
    return isRefused ? { type: "applyRefused" } : event;
  }
  if (!sameSpec(outcome.value, plan.after) && goal.kind !== "rollout") {
    work.note(
      t("The write changed more than was meant: an admission webhook changed {object} too.", {
        object: nameOfMember(member),
      }),
    );
  }
  work.note(
    t("{object} in {context} was written (resourceVersion {version}).", {
      object: nameOfMember(member),
      context: member.context,
      version: outcome.value.metadata.resourceVersion ?? "?",
    }),
  );
  return { type: "applied" };
}

function failed(work: Work, member: MemberWork, failure: Failure): ShiftEvent {
  const type = unwritten(failure);
  work.reason =
    type === "applyUnclear"
      ? t("The cluster did not answer to the write ({reason}). Whether it arrived is read back.", {
          reason: failure.message,
        })
      : explain(failure, nameOfMember(member));
  work.note(work.reason);
  return { type };
}

/** What a failure says about the write. */
function unwritten({
  kind,
}: Failure): "applyConflict" | "applyRefused" | "applyUnreachable" | "applyUnclear" {
  switch (kind) {
    case "conflict":
    case "invalid":
      return "applyConflict";
    case "throttled":
    case "unreachable":
      return "applyUnreachable";
    case "unclear":
    case "cancelled":
      return "applyUnclear";
    default:
      return "applyRefused";
  }
}

/** After a 409 or 422: does the step still fit what stands there now? */
export async function reread(work: Work, signal: AbortSignal): Promise<ShiftEvent> {
  const { goal, member } = present(work);
  const { step } = work.control;
  const live = await readLive(work, member, signal);
  if (!live.ok) {
    work.reason = explain(live.failure, nameOfMember(member));
    return { type: "rereadFailed" };
  }
  const inputs = await inputsFor(work, member, goal, signal);
  const plan = planGoal(live.value, goal, inputs.known ? inputs.value : {});
  const hash = specHash(live.value);
  // An earlier attempt whose end was not known may have arrived since: then it is not somebody else's.
  if (work.control.doubtful && compare(work, step, member, live.value) === "written")
    return { type: "rereadWritten" };
  const isFirst = stepBefore(work, step) === undefined;
  const isSame =
    goal.kind === "rollout" || hash === member.snapshot || (!isFirst && isAsLeft(work, step, live.value));
  if (plan.ok && isSame && inputs.known) {
    // What was written since concerns other parts of the object.
    if (!isFirst && goal.kind !== "rollout") member.expected = { step: step - 1, hash };
    return { type: "rereadFits" };
  }
  work.reason = plan.ok ? foreign(member, live.value) : plan.reason;
  work.note(work.reason);
  return { type: "rereadChanged" };
}

/** Reads the write back from the API server. */
export async function readBack(work: Work, signal: AbortSignal): Promise<ShiftEvent> {
  const { member } = present(work);
  const live = await readLive(work, member, signal);
  if (!live.ok) {
    work.reason = explain(live.failure, nameOfMember(member));
    return { type: "readBackFailed" };
  }
  const found = compare(work, work.control.step, member, live.value);
  const isRollout = work.steps[work.control.step]?.goal.kind === "rollout";
  // What becomes of a Rollout's status is its controller's business.
  if (found === "written" || (isRollout && !work.control.doubtful)) {
    nowInPlace(work);
    work.reason = undefined;
    return { type: "readBackReached" };
  }
  // After a write that was answered, somebody has put back what was there before.
  if (found === "unwritten" && work.control.doubtful) return { type: "readBackUnwritten" };
  if (found === "other") {
    nowInPlace(work);
    work.reason = others(member, live.value);
    work.note(work.reason);
    return { type: "readBackOther" };
  }
  work.reason = foreign(member, live.value);
  work.note(work.reason);
  return { type: "readBackForeign" };
}

function nowInPlace(work: Work): void {
  work.stepSince = work.deps.clock.now();
  // The fault of a drill that was interrupted has failed requests all the while.
  if (work.steps[work.control.step]?.judge === "fault") work.failedSince ??= work.stepSince;
}

/** What became of a step's write: it is there, alone or with other changes, it is not, or somebody else wrote. */
export function compare(
  work: Work,
  index: number,
  member: MemberWork,
  object: KubeObject,
): "written" | "other" | "unwritten" | "foreign" {
  const goal = work.steps[index]?.goal;
  if (goal === undefined) return "foreign";
  if (goal.kind === "rollout")
    return isReached(object, goal, { template: undefined }) || goal.verb === "undo" ? "written" : "unwritten";
  const hash = specHash(object);
  if (member.expected?.step === index && member.expected.hash === hash) return "written";
  if (isReached(object, goal)) return "other";
  const isFirst = stepBefore(work, index) === undefined;
  if (isFirst ? hash === member.snapshot : isAsLeft(work, index, object)) return "unwritten";
  return "foreign";
}

/** What the step is about is in place, but more than that is different. */
export function others(member: MemberWork, object: KubeObject) {
  const writer = lastWriter(object);
  return t(
    "{object} is as this step wants it, but something else in it is not as it was ({manager}, {time}). Look at it before you go on.",
    { object: nameOfMember(member), manager: writer?.manager ?? "?", time: writer?.time ?? "?" },
  );
}

/** Names the other. */
export function foreign(member: MemberWork, object: KubeObject) {
  const writer = lastWriter(object);
  return t(
    "{object} was changed by somebody else ({manager}, {time}), so Nines leaves it alone. Look at it: roll back to what was there before the shift, or leave it as it is.",
    { object: nameOfMember(member), manager: writer?.manager ?? "?", time: writer?.time ?? "?" },
  );
}
