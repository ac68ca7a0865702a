import { type Message, t } from "../../../model/message.ts";
import type { Failure, KubeObject } from "../cluster.ts";
import { type Check, verdictOf } from "../gates/check.ts";
import { type Lane, readyOf, type Situation } from "../gates/situation.ts";
import { trafficChecks } from "../gates/traffic-gates.ts";
import { demotionTokenOf, isPromoted } from "../goals/database.ts";
import type { WeightsGoal } from "../goals/weights.ts";
import { nameOfLeg, sameLeg } from "../leg.ts";
import { explain, valueIfKnown } from "../reading/read.ts";
import { readTraffic, type SideTraffic } from "../reading/traffic.ts";
import type { ShiftEvent } from "../state.ts";
import { leastWindow, type Thresholds, windowOf } from "../thresholds.ts";
import {
  connectionOf,
  type MemberWork,
  nameOfMember,
  readLive,
  readOnce,
  specHash,
  type Work,
} from "../work.ts";
import { endDrill, soakDrill } from "./drill.ts";
import { compare, foreign, others, present, stepAt } from "./forward.ts";
import { metricsFor, readSituation } from "./gate.ts";

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
  const { written, held } = work.control;
  // Held before the next write, the one before it is what carries the traffic.
  const step = work.steps[written - 1];
  if (step?.judge === "fault" || step?.judge === "answer") return endDrill(work, step.settle, signal);
  if (step?.judge !== "traffic" || held?.from === "propagating") return undefined;
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
  const index = onlyFailure ? work.control.written - 1 : work.control.step;
  const verdicts: boolean[] = [];
  let unanswered = 0;
  // One look may fall into the moment in which the control plane itself restarts; the second tells.
  let wasDead = false;
  while (!signal.aborted) {
    await clock.sleep(thresholds.interval * 1000, signal);
    if (signal.aborted) return undefined;
    const seen = await look(work, index, signal);
    if (signal.aborted) return undefined;
    if (seen.foreign !== undefined) {
      if (onlyFailure) continue;
      work.reason = seen.foreign;
      work.note(work.reason);
      return { type: "readBackForeign" };
    }
    // What a person is asked about stays to be seen.
    if (index === work.control.step) work.checks = seen.checks;
    if (!onlyFailure) work.reason = undefined;
    verdicts.push(seen.verdict === "fail" && !(seen.onlyDead && !wasDead));
    wasDead = seen.onlyDead;
    work.changed();
    const failures = verdicts.slice(-thresholds.outOf).filter(Boolean).length;
    if (failures >= thresholds.failures) {
      work.checks = seen.checks;
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
  /** Who changed what the step is about. */
  readonly foreign: Message | undefined;
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
async function look(work: Work, index: number, signal: AbortSignal): Promise<Seen> {
  const { goal, member } = stepAt(work, index);
  const connection = connectionOf(work, member.context);
  const none = {
    foreign: undefined,
    checks: work.checks,
    verdict: "inconclusive",
    onlyDead: false,
    answered: false,
    sampled: undefined,
  } as const;
  if (goal.kind !== "weights" || connection === undefined) return none;
  const live = await readOnce(work, member, signal);
  if (!live.ok) return { ...none, checks: [unread(live.failure, member)] };
  const found = compare(work, index, member, live.value);
  if (found === "foreign" || found === "unwritten") return { ...none, foreign: foreign(member, live.value) };
  if (found === "other") noteOthers(work, index, member, live.value);
  const short = windowOf(work.thresholds);
  const elapsed =
    work.stepSince === undefined ? 0 : Math.ceil((work.deps.clock.now() - work.stepSince) / 1000);
  const { baseline } = member;
  const near = await readSituation(work, { connection, object: live.value, goal, baseline }, signal);
  if (near === undefined) return none;
  const sides = near.lanes.map(({ side }) => side);
  const metrics = metricsFor(near.route.list, connection.metrics);
  const far =
    elapsed < leastWindow(work.thresholds) ? undefined : await readTraffic(metrics, sides, elapsed, signal);
  member.situation = near;
  const checks = judged(work, member, goal, near, short, far, elapsed);
  const grown = lanesOf(goal, member, near);
  return {
    foreign: undefined,
    checks,
    verdict: verdictOf(checks),
    onlyDead:
      checks.some(({ level }) => level === "block") &&
      checks.every(({ id, level }) => level !== "block" || id === "ready"),
    answered: grown.every(({ traffic }) => traffic.sample.known || traffic.rate.known),
    sampled: Math.min(...grown.map(({ traffic }) => (traffic.sample.known ? traffic.sample.value : 0))),
  };
}

/** What the step is about stands; what else changed is written down once. */
function noteOthers(work: Work, step: number, member: MemberWork, object: KubeObject): void {
  work.note(others(member, object));
  member.expected = { step, hash: specHash(object) };
}

/** Lanes that the whole shift gives more than they had. */
function lanesOf(goal: WeightsGoal, member: MemberWork, situation: Situation): Situation["lanes"] {
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
  return lanesOf(goal, member, near).flatMap((lane) => {
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
    // What came before the step says nothing about it: only requests since then count for the verdict.
    if (traffic === undefined)
      return [...dead, tooEarly(lane, work.thresholds), ...recent.filter(({ id }) => id !== "sample")];
    const overall = trafficChecks({ ...lane, traffic }, work.thresholds, elapsed, baseline, isBlameless);
    const failed = overall.filter(({ level, effect }) => level === "block" && effect === "fail");
    const sample = overall.filter(({ id }) => id === "sample");
    return [...dead, ...failed, ...sample, ...recent.filter(({ id }) => id !== "sample")];
  });
}

function tooEarly({ leg, traffic }: Lane, thresholds: Thresholds): Check {
  const base = { id: "sample", effect: "evidence", level: "unknown", evidence: [] } as const;
  if (!traffic.sample.known) return { ...base, message: traffic.sample.why };
  return {
    ...base,
    message: t(
      "The requests to {leg} since this step are counted once it has been in place for {seconds} s, as long as four scrapes of Prometheus.",
      { leg: nameOfLeg(leg), seconds: leastWindow(thresholds) },
    ),
  };
}

function unread(failure: Failure, member: MemberWork): Check {
  const message = explain(failure, nameOfMember(member));
  return { id: "object", effect: "evidence", level: "unknown", message, evidence: [] };
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
    // A Rollout's status is its controller's.
    if (!live.ok || work.steps[work.control.step]?.goal.kind === "rollout") continue;
    const found = compare(work, work.control.step, member, live.value);
    if (found === "foreign" || found === "unwritten") {
      work.reason = foreign(member, live.value);
      work.note(work.reason);
      return { type: "readBackForeign" };
    }
    if (found === "other") noteOthers(work, work.control.step, member, live.value);
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
