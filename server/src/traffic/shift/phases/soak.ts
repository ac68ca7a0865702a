import { t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import { type Check, verdictOf } from "../gates/check.ts";
import { readyOf, type Situation } from "../gates/situation.ts";
import { trafficChecks } from "../gates/traffic-gates.ts";
import { demotionTokenOf, isPromoted } from "../goals/database.ts";
import type { WeightsGoal } from "../goals/weights.ts";
import { nameOfLeg, sameLeg } from "../leg.ts";
import { valueIfKnown } from "../reading/read.ts";
import { readTraffic, type SideTraffic } from "../reading/traffic.ts";
import type { ShiftEvent } from "../state.ts";
import { windowOf } from "../thresholds.ts";
import { connectionOf, type MemberWork, readLive, specHash, type Work } from "../work.ts";
import { soakDrill } from "./drill.ts";
import { compare, foreign, others, present } from "./forward.ts";
import { readSituation } from "./gate.ts";

/** Watches a step until there is evidence: for it, against it, or for too long none. */
export async function soak(work: Work, signal: AbortSignal): Promise<ShiftEvent | undefined> {
  const step = work.steps[work.control.step];
  if (step === undefined) return undefined;
  work.stepSince ??= work.deps.clock.now();
  if (step.judge === "database") return soakDatabase(work, signal);
  if (step.judge === "fault" || step.judge === "answer")
    return soakDrill(work, step.judge, step.settle, signal);
  if (step.judge === "settle") return settle(work, step.settle, signal);
  return soakTraffic(work, signal, false);
}

/** The same while a person is asked: only what speaks against the step counts. */
export async function monitor(work: Work, signal: AbortSignal): Promise<ShiftEvent | undefined> {
  const isInPlace = work.control.written > work.control.step;
  const step = work.steps[work.control.step];
  if (!isInPlace || step?.judge !== "traffic" || work.control.held?.from === "propagating") return undefined;
  return soakTraffic(work, signal, true);
}

/** Queries without an answer in a row after which a person is asked. */
const OUTAGE = 3;

async function soakTraffic(
  work: Work,
  signal: AbortSignal,
  onlyFailure: boolean,
): Promise<ShiftEvent | undefined> {
  const { clock } = work.deps;
  const { thresholds } = work;
  const verdicts: boolean[] = [];
  let unanswered = 0;
  // One look may fall into the moment in which the control plane itself restarts; the second tells.
  let wasDead = false;
  while (!signal.aborted) {
    await clock.sleep(thresholds.interval * 1000, signal);
    if (signal.aborted) return undefined;
    const seen = await look(work, signal);
    if (signal.aborted) return undefined;
    if (seen.foreign) {
      if (onlyFailure) continue;
      return { type: "readBackForeign" };
    }
    work.checks = seen.checks;
    work.reason = undefined;
    verdicts.push(seen.verdict === "fail" && !(seen.onlyDead && !wasDead));
    wasDead = seen.onlyDead;
    work.changed();
    const failures = verdicts.slice(-thresholds.outOf).filter(Boolean).length;
    if (failures >= thresholds.failures) {
      work.reason = seen.checks.find(({ level }) => level === "block")?.message;
      if (work.reason !== undefined) work.note(work.reason);
      return { type: "soakFail" };
    }
    if (onlyFailure) continue;
    unanswered = seen.answered ? 0 : unanswered + 1;
    const elapsed = (clock.now() - (work.stepSince ?? 0)) / 1000;
    const outcome = conclude(seen, elapsed, unanswered, work);
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}

interface Seen {
  readonly foreign: boolean;
  readonly checks: readonly Check[];
  readonly verdict: ReturnType<typeof verdictOf>;
  /** Nothing but missing ready endpoints speaks against it. */
  readonly onlyDead: boolean;
  /** Whether Prometheus and the API server answered at all. */
  readonly answered: boolean;
  readonly sampled: number | undefined;
}

function conclude(seen: Seen, elapsed: number, unanswered: number, work: Work): ShiftEvent | undefined {
  const { soak: shortest, patience } = work.thresholds;
  if (elapsed >= shortest && seen.verdict === "pass" && seen.answered)
    return { type: "soakPass", ask: work.request.ask };
  const noTraffic = seen.sampled === undefined || seen.sampled === 0;
  const isOver = unanswered >= OUTAGE || elapsed >= patience || (elapsed >= shortest && noTraffic);
  if (!isOver) return undefined;
  work.reason = seen.checks.find(({ level }) => level === "unknown")?.message;
  return { type: "soakInconclusive" };
}

/** One look at the step: the object, its endpoints, the traffic since it is in place and that of the last minutes. */
async function look(work: Work, signal: AbortSignal): Promise<Seen> {
  const { goal, member } = present(work);
  const connection = connectionOf(work, member.context);
  const none = {
    foreign: false,
    checks: work.checks,
    verdict: "inconclusive",
    onlyDead: false,
    answered: false,
    sampled: undefined,
  } as const;
  if (goal.kind !== "weights" || connection === undefined) return none;
  const live = await connection.cluster.get(member.ref, signal);
  if (!live.ok) return none;
  member.object = live.value;
  member.readAt = work.deps.clock.now();
  const found = compare(work, work.control.step, member, live.value);
  if (found === "foreign" || found === "unwritten") {
    work.reason = foreign(member, live.value);
    work.note(work.reason);
    return { ...none, foreign: true };
  }
  if (found === "other") {
    // The weights stand; what else changed is written down once.
    work.note(others(member, live.value));
    member.expected = { step: work.control.step, hash: specHash(live.value) };
  }
  const short = windowOf(work.thresholds);
  const elapsed = Math.ceil((work.deps.clock.now() - (work.stepSince ?? 0)) / 1000);
  const near = await readSituation(work, connection, live.value, goal, signal, short);
  if (near === undefined) return none;
  const sides = near.lanes.map(({ side }) => side);
  const far = elapsed > short ? await readTraffic(connection.metrics, sides, elapsed, signal) : undefined;
  member.situation = near;
  const checks = judged(work, member, goal, near, short, far, elapsed);
  const grown = lanesOf(goal, work, near);
  return {
    foreign: false,
    checks,
    verdict: verdictOf(checks),
    onlyDead:
      checks.some(({ level }) => level === "block") &&
      checks.every(({ id, level }) => level !== "block" || id === "ready"),
    answered: grown.every(({ traffic }) => traffic.sample.known || traffic.rate.known),
    sampled: Math.min(...grown.map(({ traffic }) => (traffic.sample.known ? traffic.sample.value : 0))),
  };
}

/** Lanes that the whole shift gives more than they had. */
function lanesOf(goal: WeightsGoal, work: Work, situation: Situation): Situation["lanes"] {
  const { member } = present(work);
  const total = goal.weights.reduce((sum, { weight }) => sum + (weight ?? 0), 0);
  return situation.lanes.filter((lane) => {
    const before = member.baseline.find(({ leg }) => sameLeg(leg, lane.leg))?.share ?? 0;
    const now = (goal.weights.find(({ leg }) => sameLeg(leg, lane.leg))?.weight ?? 0) / total;
    return now > before + 1e-9;
  });
}

function judged(
  work: Work,
  member: MemberWork,
  goal: WeightsGoal,
  near: Situation,
  short: number,
  far: readonly SideTraffic[] | undefined,
  elapsed: number,
): readonly Check[] {
  return lanesOf(goal, work, near).flatMap((lane) => {
    const baseline = member.baseline.find(({ leg }) => sameLeg(leg, lane.leg))?.sourceFailures ?? 0;
    const ready = readyOf(lane);
    const isBlameless =
      ready.known &&
      ready.value > 0 &&
      near.lanes.some((other) => other.shareNow > 0 && valueIfKnown(readyOf(other)) === 0);
    const recent = trafficChecks(lane, work.thresholds, short, baseline, isBlameless);
    // Where nobody is ready anywhere, going back would help nobody.
    const isAlive = near.lanes.some((other) => (valueIfKnown(readyOf(other)) ?? 1) > 0);
    const dead: readonly Check[] =
      ready.known && ready.value === 0 && isAlive
        ? [
            {
              id: "ready",
              effect: "fail",
              level: "block",
              message: t("None of the endpoints of {leg} is ready any more. Traffic goes back.", {
                leg: nameOfLeg(lane.leg),
              }),
              evidence: [],
            },
          ]
        : [];
    const traffic = far?.[near.lanes.indexOf(lane)];
    if (traffic === undefined) return [...dead, ...recent];
    // Over the whole step enough may have been seen although the last minutes alone are too few.
    const overall = trafficChecks({ ...lane, traffic }, work.thresholds, elapsed, baseline, isBlameless);
    const failed = overall.filter(({ level, effect }) => level === "block" && effect === "fail");
    const sample = overall.filter(({ id }) => id === "sample");
    return [...dead, ...failed, ...sample, ...recent.filter(({ id }) => id !== "sample")];
  });
}

/** Time is all that such a step needs, and that nobody changes it meanwhile. */
async function settle(work: Work, seconds: number, signal: AbortSignal): Promise<ShiftEvent | undefined> {
  const { clock } = work.deps;
  const { member } = present(work);
  const until = (work.stepSince ?? clock.now()) + seconds * 1000;
  while (clock.now() < until) {
    await clock.sleep(Math.min(until - clock.now(), work.thresholds.interval * 1000), signal);
    if (signal.aborted) return undefined;
    const live = await readLive(work, member, signal);
    if (live.ok && compare(work, work.control.step, member, live.value) === "foreign") {
      work.reason = foreign(member, live.value);
      return { type: "readBackForeign" };
    }
  }
  return { type: "soakPass", ask: work.request.ask };
}

/** Waits until the database says that it takes writes; a demoted one, that it has shut down and left its token. */
async function soakDatabase(work: Work, signal: AbortSignal): Promise<ShiftEvent | undefined> {
  const { clock } = work.deps;
  const { goal, member } = present(work);
  const isDemotion = goal.kind === "database" && goal.action === "demote";
  const end = (work.stepSince ?? clock.now()) + work.thresholds.patience * 1000;
  while (!signal.aborted) {
    const live = await readLive(work, member, signal);
    const isDone = (object: KubeObject) =>
      isDemotion ? demotionTokenOf(object) !== undefined : isPromoted(object);
    if (live.ok && isDone(live.value)) return { type: "soakPass", ask: work.request.ask };
    if (clock.now() >= end) break;
    await clock.sleep(work.thresholds.interval * 1000, signal);
  }
  if (signal.aborted) return undefined;
  work.reason = isDemotion
    ? t(
        "Cluster {name} has left no demotion token yet, so it may still take writes. Its successor must not be promoted before it has, or those writes are lost.",
        { name: member.ref.name },
      )
    : t(
        "Cluster {name} has not reported that it takes writes: it may still be read-only. Traffic that writes would fail there. Go on only once you have seen that it does.",
        { name: member.ref.name },
      );
  return { type: "soakInconclusive" };
}
