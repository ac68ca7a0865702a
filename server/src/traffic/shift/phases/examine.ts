import { t } from "../../../model/message.ts";
import type { Failure, KubeObject } from "../cluster.ts";
import { capacityChecks, presenceChecks, safeWeight } from "../gates/capacity-gates.ts";
import type { Check } from "../gates/check.ts";
import { type DryRun, dryRunCheck, ownerChecks, permissionCheck, rivalCheck } from "../gates/object-gates.ts";
import { laterQuotaChecks } from "../gates/quota-gates.ts";
import { growing, type Situation } from "../gates/situation.ts";
import { HIDDEN_TOKEN } from "../goals/database.ts";
import { type Inputs, partOf, planGoal } from "../goals/plan.ts";
import { weightsIn } from "../goals/weights.ts";
import { nameOfLeg } from "../leg.ts";
import { sameSpec, withVersion } from "../patch.ts";
import { NONE, readRivals } from "../reading/claims.ts";
import { ownersByReference, readOwners, readRollouts } from "../reading/owners.ts";
import { explain, known, type Read, readOf, unknown } from "../reading/read.ts";
import { readSides } from "../reading/sides.ts";
import type { Step } from "../steps/step.ts";
import { windowOf } from "../thresholds.ts";
import { type Connection, inputsFor, type MemberWork, type Work } from "../work.ts";
import { baselineOf, healthChecks, readSituation } from "./gate.ts";
import { withoutToken } from "./write.ts";

/** Everything that speaks for or against the first write, read at the same time. */
export async function examine(
  work: Work,
  member: MemberWork,
  connection: Connection,
  object: KubeObject,
  steps: readonly Step[],
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { cluster } = connection;
  const [first] = steps;
  if (first === undefined) return [];
  const { goal } = first;
  // A drill begins with the fault; what the standby will have to carry is asked before.
  const weights = steps.map((step) => weightsIn(step.goal)).find((found) => found !== undefined);
  const isRoute = goal.kind === "weights" || goal.kind === "insertRoutes" || goal.kind === "fault";
  const subresource = partOf(goal);
  const access = { verb: "patch", ref: member.ref, ...(subresource && { subresource }) } as const;
  const kind = member.ref.type.kind;
  const isRevertible = goal.kind !== "rollout" || goal.verb === "undo";
  const [allowed, marked, rollouts, rivals, dryRun, situation, sides] = await Promise.all([
    cluster.mayI(access, signal),
    isRevertible ? readOwners(cluster, object, signal) : [],
    isRoute ? readRollouts(cluster, object, signal) : known([]),
    isRoute ? readRivals(cluster, object, signal) : known(NONE),
    tryDry(work, member, connection, object, first, signal),
    weights && readSituation(work, { connection, object, goal: weights, baseline: [] }, signal),
    goal.kind === "insertRoutes"
      ? readSides(
          cluster,
          object,
          goal.routes.map(({ to }) => to),
          signal,
        )
      : [],
  ]);
  const marks = [...ownersByReference(object), ...marked];
  member.owners = [...marks, ...(rollouts.known ? rollouts.value : [])];
  member.situation = situation;
  if (situation !== undefined) member.baseline = baselineOf(situation, windowOf(work.thresholds));
  return [
    productionCheck(connection, member),
    permissionCheck(readOf(allowed, `The permission to patch ${kind}`), kind, member.ref.namespace ?? ""),
    ...ownerChecks(marks, rollouts, work.request.accepted),
    ...(isRoute ? [rivalCheck(rivals)] : []),
    dryRunCheck(dryRun),
    ...presenceChecks(sides),
    ...drillChecks(member, connection),
    ...(situation === undefined
      ? []
      : [
          ...capacityChecks(situation),
          ...laterChecks(situation, steps),
          ...laterQuotaChecks(situation, lastWeights(steps)),
          ...healthChecks(work, situation),
        ]),
  ].filter((check) => check !== undefined);
}

/** Nothing is measured without figures, and a fault that nobody sees end is worse than none. */
function drillChecks({ intent }: MemberWork, { metrics }: Connection): readonly Check[] {
  if (intent.kind !== "drill" || metrics !== undefined) return [];
  return [
    {
      id: "verb",
      effect: "wait",
      level: "block",
      message: t(
        "A drill measures when the standby answers, for which it needs a Prometheus. Name one with --prometheus or in the settings.",
      ),
      evidence: [],
    },
  ];
}

function productionCheck({ production }: Connection, { context }: MemberWork): Check | undefined {
  return production
    ? {
        id: "production",
        effect: "note",
        level: "warn",
        message: t(
          "{context} is a production context. Its name has to be typed before anything is written.",
          { context },
        ),
        evidence: [],
      }
    : undefined;
}

/** The exact patch, tried without writing. What is shown of it never holds a token. */
async function tryDry(
  work: Work,
  member: MemberWork,
  { cluster }: Connection,
  object: KubeObject,
  { goal, undo }: Step,
  signal: AbortSignal,
): Promise<Read<DryRun>> {
  const inputs = await inputsFor(work, member, goal, signal);
  if (!inputs.known) return inputs;
  const plan = planGoal(object, goal, inputs.value);
  if (!plan.ok) return { known: false, why: plan.reason };
  const shown = planGoal(object, goal, hidden(inputs.value));
  member.preview = shown.ok ? shown : undefined;
  const back = undo === undefined ? undefined : planGoal(plan.after, undo);
  member.inverse = back?.ok ? back : undefined;
  if (plan.operations.length === 0) return known("fits");
  const subresource = partOf(goal);
  const options = { dryRun: true, ...(subresource && { subresource }) };
  const outcome = withoutToken(
    await cluster.patch(member.ref, withVersion(object, plan.operations), options, signal),
    inputs.value,
  );
  if (!outcome.ok) return refusal(outcome.failure);
  return known(sameSpec(outcome.value, plan.after) ? "fits" : "changed");
}

/** What the server says no to is known; what it did not answer is not. */
function refusal(failure: Failure): Read<DryRun> {
  const why = explain(failure, "The dry run");
  // A webhook with side effects says nothing about the patch: it cannot be asked without writing.
  const isUntold = failure.kind === "invalid" && /does not support dry run/.test(failure.message);
  const isRefused = failure.kind === "invalid" || failure.kind === "conflict";
  return isRefused && !isUntold ? known({ refused: why }) : unknown(why);
}

function hidden(inputs: Inputs): Inputs {
  return inputs.token === undefined ? inputs : { ...inputs, token: HIDDEN_TOKEN };
}

/** Steps that would have to wait as things are now. */
function laterChecks(situation: Situation, steps: readonly Step[]): readonly Check[] {
  return growing(situation).flatMap((lane) => {
    const safe = safeWeight(situation, lane);
    if (!safe.known) return [];
    const index = situation.route.legs.indexOf(lane.leg);
    const weights = steps.flatMap(({ goal }) =>
      goal.kind === "weights" ? (goal.weights[index]?.weight ?? []) : [],
    );
    const [first = 0] = weights;
    const tooMuch = weights.find((weight) => weight > safe.value);
    if (tooMuch === undefined || first > safe.value) return [];
    return [
      {
        id: "capacity-later",
        effect: "note",
        level: "warn",
        message: t(
          "The ready endpoints of {leg} carry {safe} % of the traffic. The step to {weight} % will wait until there are more.",
          {
            leg: nameOfLeg(lane.leg),
            safe: safe.value,
            weight: tooMuch,
          },
        ),
        evidence: [],
      } satisfies Check,
    ];
  });
}

/** The weights at the end of the shift; none where no step sets any. */
function lastWeights(steps: readonly Step[]): readonly number[] {
  const last = steps.findLast(({ goal }) => goal.kind === "weights")?.goal;
  return last?.kind === "weights" ? last.weights.map(({ weight }) => weight ?? 0) : [];
}
