import { type Message, t } from "../model/message.ts";
import type { Field } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { type DataItem, dataItemsOf } from "./data-items.ts";
import { type DataLoss, dataLossOf } from "./data-loss.ts";
import { type Estimate, type Verdict, verdictOf } from "./estimate.ts";
import { type FailoverTime, modelOf, timeOf } from "./failover-time.ts";
import { known } from "./fields.ts";
import { type Improvement, improvementsOf } from "./improvements.ts";
import { type Disruption, type Objective, type Plan, planOf } from "./plan.ts";
import { type Problem, problemsOf } from "./problems.ts";
import { type RecoveryTime, recoveryTimeOf } from "./recovery-time.ts";
import { type ShorterInterval, shorterIntervals } from "./shorter-intervals.ts";
import { leavesOf, type Term } from "./term.ts";
import type { World } from "./world.ts";

/** What a plan comes to. */
export interface Recovery {
  readonly plan: Plan;
  readonly failovers: readonly FailoverTime[];
  /** One for each objective whose disruption can be read, in the order of the plan. */
  readonly objectives: readonly ObjectiveRecovery[];
  readonly problems: readonly Problem[];
}

/** What is promised for a disruption, and what the configuration gives. */
export interface ObjectiveRecovery {
  readonly objective: Objective;
  readonly disruption: Disruption;
  readonly time: TimeObjective;
  readonly loss: LossObjective;
}

interface Compared {
  /** What the plan promises, in seconds. */
  readonly promised: Field<number>;
  /** What the configuration gives; undefined where nothing in the plan is about it. */
  readonly computed: Estimate | undefined;
  /** Undefined where nothing (readable) is promised. */
  readonly verdict: Verdict | undefined;
  /** Every input with its value and where it comes from. */
  readonly inputs: readonly Term[];
  /** What the result rests on that nobody states: assumed values, and what is not known. */
  readonly assumptions: readonly Message[];
}

/** RTO: how long until service is back. */
export interface TimeObjective extends Compared {
  readonly recovery: RecoveryTime | undefined;
  /** What would shorten it, the cheapest first; empty unless the promise is broken. */
  readonly improvements: readonly Improvement[];
}

/** RPO: how much data is lost. */
export interface LossObjective extends Compared {
  readonly recovery: DataLoss;
  /** What would lose less; empty unless the promise is broken. */
  readonly improvements: readonly ShorterInterval[];
}

/**
 * What a DisasterRecoveryPlan comes to; undefined for other resources. Kept until the workspace changes; what is looked
 * up in other manifests is recorded, so that an edit of one of them evaluates the plan again.
 */
export function recoveryOf(resource: Resource, snapshot: Snapshot): Recovery | undefined {
  const plan = planOf(resource);
  if (plan === undefined) return undefined;
  return snapshot.derive(resource, "recovery", (inner) => evaluate({ plan, snapshot: inner }));
}

function evaluate(world: World): Recovery {
  const { plan } = world;
  const failovers = plan.failovers.items.map((failover) => timeOf(modelOf(world, failover)));
  const items = dataItemsOf(world);
  return {
    plan,
    failovers,
    objectives: plan.objectives.items.flatMap((objective) => {
      const disruption = known(objective.disruption);
      if (disruption === undefined) return [];
      const time = timeObjective(world, objective, disruption, failovers);
      return [{ objective, disruption, time, loss: lossObjective(items, objective, disruption) }];
    }),
    problems: problemsOf(plan),
  };
}

function timeObjective(
  world: World,
  { rto }: Objective,
  disruption: Disruption,
  failovers: readonly FailoverTime[],
): TimeObjective {
  const recovery = recoveryTimeOf(world, disruption, failovers);
  const terms = recovery === undefined ? [] : termsOf(recovery);
  const compared = compare(rto, recovery?.total, terms, recovery?.notes ?? []);
  const isBroken = compared.verdict === "breached" && recovery?.failover !== undefined;
  const promised = known(rto) ?? 0;
  const improvements = isBroken && recovery?.failover ? improvementsOf(recovery.failover, promised) : [];
  return { ...compared, recovery, improvements };
}

/** All terms that a recovery has, those beside the critical path included. */
function termsOf({ failover, parts }: RecoveryTime): readonly Term[] {
  if (failover === undefined) return parts.flatMap(({ path }) => path);
  const { detection, decision, steps } = failover.model;
  return [detection, decision, ...steps.map(({ term }) => term)];
}

function lossObjective(
  items: readonly DataItem[],
  { rpo }: Objective,
  disruption: Disruption,
): LossObjective {
  const recovery = dataLossOf(items, disruption);
  const copies = recovery.items.flatMap(({ copy, maybeNewer }) => [copy ?? [], maybeNewer ?? []].flat());
  const guaranteed = compare(
    rpo,
    recovery.worst === undefined ? undefined : recovery.total,
    copies.map(({ term }) => term),
    recovery.items.flatMap(({ notes }) => notes),
  );
  const promised = known(rpo);
  // A copy of unknown age may keep the promise, unless nothing at all may be lost.
  const mayKeep =
    guaranteed.verdict === "breached" &&
    promised !== undefined &&
    verdictOf(recovery.least, promised) !== "breached";
  const mayStay = disruption === "Hardware" && guaranteed.verdict === "breached";
  const compared =
    mayKeep || mayStay
      ? {
          ...guaranteed,
          verdict: "unknown" as const,
          assumptions: [...guaranteed.assumptions, ...(mayStay ? [STORAGE_MAY_STAY] : [])],
        }
      : guaranteed;
  const improvements =
    compared.verdict === "breached" && promised !== undefined ? shorterIntervals(recovery, promised) : [];
  return { ...compared, recovery, improvements };
}

/** Copies count only where the original is lost, which with a single host it mostly is not. */
const STORAGE_MAY_STAY = t(
  "Whether the data outlives the host is not known: on shared or replicated storage it does, and no copy is needed; on disks of the host it is lost.",
);

function compare(
  promised: Field<number>,
  computed: Estimate | undefined,
  terms: readonly Term[],
  notes: readonly Message[],
): Compared {
  const seconds = known(promised);
  const isComparable = seconds !== undefined && seconds >= 0;
  const inputs = leavesOf(terms);
  const reasons = inputs.flatMap(({ origin }) =>
    origin.kind === "assumed" || origin.kind === "unknown" ? [origin.reason] : [],
  );
  return {
    promised,
    computed,
    verdict: isComparable ? (computed === undefined ? "unknown" : verdictOf(computed, seconds)) : undefined,
    inputs,
    assumptions: withoutTwins([...notes, ...reasons]),
  };
}

function withoutTwins(messages: readonly Message[]): readonly Message[] {
  return [...new Map(messages.map((message) => [JSON.stringify(message), message])).values()];
}
