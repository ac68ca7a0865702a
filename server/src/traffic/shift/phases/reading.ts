import { t } from "../../../model/message.ts";
import type { Failure, KubeObject } from "../cluster.ts";
import { capacityChecks, presenceChecks, safeWeight } from "../gates/capacity-gates.ts";
import { type Check, verdictOf } from "../gates/check.ts";
import { type DryRun, dryRunCheck, ownerChecks, permissionCheck, rivalCheck } from "../gates/object-gates.ts";
import { laterQuotaChecks } from "../gates/quota-gates.ts";
import { growing, type Situation } from "../gates/situation.ts";
import { trafficChecks } from "../gates/traffic-gates.ts";
import { HIDDEN_TOKEN } from "../goals/database.ts";
import { type Inputs, partOf, planGoal } from "../goals/plan.ts";
import { at, listOf, numberAt, textAt } from "../json.ts";
import { KINDS } from "../kinds.ts";
import { nameOfLeg } from "../leg.ts";
import { sameSpec, withVersion } from "../patch.ts";
import { planMember, type Step } from "../plan.ts";
import { readRivals } from "../reading/claims.ts";
import { findInDelegates } from "../reading/delegates.ts";
import { expecting } from "../reading/expected.ts";
import { ownersByReference, readOwners, readRollouts } from "../reading/owners.ts";
import { explain, known, type Read, readOf, unknown } from "../reading/read.ts";
import { sharing } from "../reading/shared.ts";
import { readSides } from "../reading/sides.ts";
import { draft, type ShiftEvent } from "../state.ts";
import { windowOf } from "../thresholds.ts";
import {
  type Connection,
  connectionOf,
  inputsFor,
  type MemberWork,
  nameOfMember,
  readLive,
  specHash,
  type Work,
} from "../work.ts";
import { baselineOf, readSituation } from "./gate.ts";

/** Reads all objects and everything around them, and works out the steps. */
export async function read(work: Work, signal: AbortSignal): Promise<ShiftEvent> {
  const shared = new Map([...work.deps.connections].map(([name, one]) => [name, sharedOf(one)]));
  const results = await Promise.all(
    work.members.map((member, i) => {
      const connection = shared.get(member.context);
      const earlier = work.request.intents.slice(0, i);
      const later = connection && {
        ...connection,
        cluster: expecting(connection.cluster, member.context, earlier),
      };
      return readMember(work, member, i, later, signal);
    }),
  );
  const steps = results.flatMap((result) => result ?? []);
  const isWhole = results.every((result) => result !== undefined);
  work.steps = isWhole ? steps : [];
  work.control = { ...draft(work.steps.length), phase: work.control.phase, paused: work.control.paused };
  work.checks = work.deps.objections ?? [];
  const verdict = verdictOf([...work.checks, ...work.members.flatMap(({ checks }) => checks)]);
  return {
    type: isWhole && (verdict === "pass" || verdict === "inconclusive") ? "readClear" : "readBlocked",
  };
}

/** What several objects and checks ask for is read once. */
function sharedOf(connection: Connection): Connection {
  return { ...connection, cluster: sharing(connection.cluster) };
}

/** Reads one object; undefined when no step can be planned for it, and then a check says why. */
async function readMember(
  work: Work,
  member: MemberWork,
  index: number,
  connection: Connection | undefined,
  signal: AbortSignal,
): Promise<readonly Step[] | undefined> {
  member.uid = undefined;
  const [live, identity] = await Promise.all([
    readLive(work, member, signal),
    connection?.cluster.identity(signal),
  ]);
  member.identity = identity?.ok ? identity.value : undefined;
  member.server = member.identity?.server ?? "";
  member.user = member.identity?.user ?? null;
  member.situation = undefined;
  member.preview = undefined;
  member.inverse = undefined;
  if (!live.ok || connection === undefined) {
    const why = live.ok
      ? t("There is no connection to context {context}.", { context: member.context })
      : explain(live.failure, nameOfMember(member));
    member.checks = [{ id: "verb", effect: "wait", level: "block", message: why, evidence: [] }];
    return undefined;
  }
  const found = await findInDelegates(connection.cluster, live.value, member.intent, signal);
  if (found.kind === "unclear") {
    member.checks = [{ id: "verb", effect: "wait", level: "block", message: found.why, evidence: [] }];
    return undefined;
  }
  if (found.kind === "delegate") {
    // From here on the delegate is the object of the shift: it is what is written, kept and put back.
    member.ref = found.ref;
    return readMember(work, member, index, connection, signal);
  }
  const object = live.value;
  member.uid = object.metadata.uid;
  const former =
    member.intent.kind === "rollout" && member.intent.verb === "undo"
      ? await formerReplicaSet(connection, object, signal)
      : undefined;
  const plan = planMember(object, member.intent, former);
  if (!plan.ok) {
    member.checks = [{ id: "verb", effect: "wait", level: "block", message: plan.problem, evidence: [] }];
    return undefined;
  }
  const steps = plan.steps.map((step) => ({ ...step, member: index }));
  member.snapshot = specHash(object);
  member.checks = await examine(work, member, connection, object, steps, signal);
  return steps;
}

/** Everything that speaks for or against the first write, read at the same time. */
async function examine(
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
  const isRoute = goal.kind === "weights" || goal.kind === "insertRoutes" || goal.kind === "fault";
  const subresource = partOf(goal);
  const access = { verb: "patch", ref: member.ref, ...(subresource && { subresource }) } as const;
  const kind = member.ref.type.kind;
  const isRevertible = goal.kind !== "rollout" || goal.verb === "undo";
  const [allowed, marked, rollouts, rivals, dryRun, situation, sides] = await Promise.all([
    cluster.mayI(access, signal),
    isRevertible ? readOwners(cluster, object, signal) : [],
    isRoute ? readRollouts(cluster, object, signal) : known([]),
    isRoute ? readRivals(cluster, object, signal) : known({ others: [], roots: [], isUnreached: false }),
    tryDry(work, member, connection, object, first, signal),
    goal.kind === "weights" ? readSituation(work, connection, object, goal, signal) : undefined,
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
  const outcome = await cluster.patch(
    member.ref,
    withVersion(object, plan.operations),
    { dryRun: true, ...(subresource && { subresource }) },
    signal,
  );
  if (!outcome.ok) return refusal(outcome.failure);
  return known(sameSpec(outcome.value, plan.after) ? "fits" : "changed");
}

/** What the server says no to is known; what it did not answer is not. */
function refusal(failure: Failure): Read<DryRun> {
  const why = explain(failure, "The dry run");
  return failure.kind === "invalid" || failure.kind === "conflict" ? known({ refused: why }) : unknown(why);
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
          "As many endpoints of {leg} are ready as {safe} % need. The step to {weight} % will wait until there are more.",
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

/** How the growing sides do so far. Too few requests are no reason to wait: the step brings them. */
export function healthChecks(work: Work, situation: Situation): readonly Check[] {
  return growing(situation)
    .filter(({ shareNow, pinned }) => shareNow > 0 || pinned)
    .flatMap((lane) => trafficChecks(lane, work.thresholds, windowOf(work.thresholds), 0))
    .filter(({ id }) => id !== "sample" && id !== "source-failures")
    .map((check) => (check.level === "unknown" ? { ...check, effect: "note" } : check));
}

/** The ReplicaSet of the revision before the present one. */
async function formerReplicaSet(
  { cluster }: Connection,
  rollout: KubeObject,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { namespace, uid } = rollout.metadata;
  const current = textAt(rollout, "status", "currentPodHash");
  const outcome = await cluster.list(
    KINDS.replicaSet,
    { namespace },
    (object) => {
      const owned = listOf(at(object, "metadata", "ownerReferences")).some(
        (owner) => textAt(owner, "uid") === uid,
      );
      const { annotations, labels, name } = object.metadata;
      if (!owned || labels?.["rollouts-pod-template-hash"] === current) return undefined;
      return {
        name,
        revision: Number(
          annotations?.["rollout.argoproj.io/revision"] ?? numberAt(object, "metadata", "generation") ?? 0,
        ),
      };
    },
    signal,
  );
  return outcome.ok ? outcome.value.toSorted((a, b) => b.revision - a.revision)[0]?.name : undefined;
}

/** Looks after a preview: until it is confirmed, it may go stale. */
export async function watchPreview(work: Work, signal: AbortSignal): Promise<ShiftEvent | undefined> {
  const { clock } = work.deps;
  const end = clock.now() + work.thresholds.previewExpiry * 1000;
  const versions = work.members.map(({ object }) => object?.metadata.resourceVersion);
  while (!signal.aborted) {
    await clock.sleep(work.thresholds.interval * 1000, signal);
    if (signal.aborted) return undefined;
    if (clock.now() >= end) return { type: "expired" };
    const live = await Promise.all(
      work.members.map((member) => connectionOf(work, member.context)?.cluster.get(member.ref, signal)),
    );
    const isChanged = live.some(
      (outcome, i) => outcome?.ok && outcome.value.metadata.resourceVersion !== versions[i],
    );
    if (isChanged) return { type: "changed" };
  }
  return undefined;
}
