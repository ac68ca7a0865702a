import { type Message, render, t } from "../../model/message.ts";
import { demandAt, secondsToSee, utilisation } from "./capacity.ts";
import { safeWeight } from "./gates/capacity-gates.ts";
import { type Lane, pinnedRoutes, readyOf, type Situation } from "./gates/situation.ts";
import { withoutTokens } from "./goals/database.ts";
import type { Goal } from "./goals/goal.ts";
import { partOf } from "./goals/plan.ts";
import { weightsIn } from "./goals/weights.ts";
import { kubectlPatch, kubectlPromotion } from "./kubectl.ts";
import { nameOfLeg, sameLeg } from "./leg.ts";
import { withVersion } from "./patch.ts";
import { valueIfKnown } from "./reading/read.ts";
import { accepts } from "./reduce.ts";
import type { Phase, ShiftEvent } from "./state.ts";
import type { Step } from "./steps/step.ts";
import { leastWindow, minimumSample } from "./thresholds.ts";
import {
  type ActionView,
  type LaneView,
  type MemberView,
  productionName,
  type ShiftView,
  type StepView,
} from "./view.ts";
import { connectionOf, isBarred, type MemberWork, type Work } from "./work.ts";
import { yamlDiff } from "./yaml-diff.ts";

/** Everything that is shown of a shift, from everything that is known. */
export function present(work: Work): ShiftView {
  const { control } = work;
  return {
    version: 1,
    id: work.id,
    phase: control.phase,
    paused: control.paused,
    status: work.reason ?? STATUS[control.phase],
    members: work.members.map((member, i) => presentMember(work, member, i)),
    steps: work.steps.map((step, i) => presentStep(work, step, i)),
    checks: work.checks,
    actions: actionsOf(work),
    log: work.log.slice(),
    manual: work.manual,
    drill: drillOf(work),
  };
}

function drillOf(work: Work): ShiftView["drill"] {
  const intent = work.request.intents.find(({ kind }) => kind === "drill");
  if (intent?.kind !== "drill") return undefined;
  return { answeredAfter: work.answeredAfter, rto: intent.rto };
}

function presentMember(work: Work, member: MemberWork, index: number): MemberView {
  const { object, situation, preview, inverse, ref } = member;
  const steps = work.steps.filter((step) => step.member === index);
  const goal = steps[0]?.goal;
  const subresource = goal && partOf(goal);
  const patch = object === undefined || preview === undefined ? [] : withVersion(object, preview.operations);
  return {
    context: member.context,
    production: connectionOf(work, member.context)?.production ?? false,
    server: member.identity?.server,
    user: member.identity?.user,
    kind: ref.type.kind,
    namespace: ref.namespace ?? "",
    name: ref.name,
    resourceVersion: object?.metadata.resourceVersion,
    readAt: member.readAt,
    lanes:
      situation === undefined ? [] : situation.lanes.map((lane) => presentLane(situation, lane, work, index)),
    pinned:
      object === undefined || situation === undefined
        ? []
        : pinnedRoutes(object, situation.route).map((route) => ({
            name: route.name ?? `${route.list}[${route.index}]`,
            legs: route.legs.map(nameOfLeg),
          })),
    checks: member.checks,
    diff:
      object === undefined || preview === undefined
        ? ""
        : yamlDiff(withoutTokens(object), withoutTokens(preview.after)),
    patch,
    inverse: inverse?.operations ?? [],
    kubectl:
      preview === undefined
        ? undefined
        : {
            apply: applyCommand(member, goal, patch),
            undo:
              inverse === undefined ? "" : kubectlPatch(member.context, ref, inverse.operations, subresource),
          },
    reverts: member.owners.map(({ reverts }) => reverts),
    edit: situation && editOf(situation, steps.at(-1)?.goal),
  };
}

/** A promotion's patch does not show the token; the command reads it. */
function applyCommand(member: MemberWork, goal: Goal | undefined, patch: MemberView["patch"]): string {
  const { context, ref } = member;
  return goal?.kind === "database" && goal.action === "promote" && goal.tokenFrom !== null
    ? kubectlPromotion(context, ref, patch, goal.tokenFrom)
    : kubectlPatch(context, ref, patch, goal && partOf(goal));
}

function editOf({ route }: Situation, goal: Goal | undefined): MemberView["edit"] {
  if (goal?.kind !== "weights") return undefined;
  return {
    list: route.list,
    index: route.index,
    weights: route.legs.map(
      (leg) => goal.weights.find((entry) => sameLeg(entry.leg, leg))?.weight ?? leg.weight,
    ),
  };
}

function presentLane(situation: Situation, lane: Lane, work: Work, index: number): LaneView {
  const { leg, side, traffic, shareNow, shareThen } = lane;
  const demand = valueIfKnown(lane.demand);
  const ready = valueIfKnown(readyOf(lane));
  const load = (share: number) =>
    demand === undefined || lane.perPod === undefined || ready === undefined
      ? undefined
      : utilisation(demand, share, { ready, perPod: lane.perPod });
  const sample = valueIfKnown(traffic.sample);
  const failures = valueIfKnown(traffic.failures);
  return {
    name: nameOfLeg(leg),
    leg: { ...leg },
    weightNow: leg.written,
    weightThen: weightOf(work, index, leg),
    shareNow,
    shareThen,
    rateNow: valueIfKnown(traffic.rate),
    rateThen: demand && demandAt(demand, shareThen),
    ready,
    total: valueIfKnown(side.endpoints)?.total,
    utilisationNow: load(shareNow),
    utilisationThen: load(shareThen),
    errorRate: sample === undefined || failures === undefined || sample <= 0 ? undefined : failures / sample,
    p99: valueIfKnown(traffic.p99),
    maxSafeWeight: valueIfKnown(safeWeight(situation, lane)),
    pinned: lane.pinned,
  };
}

/** What the step at hand, or the first, gives the destination. */
function weightOf(work: Work, member: number, leg: Lane["leg"]): number | undefined {
  const at = work.steps[Math.min(work.control.step, work.steps.length - 1)];
  const own = work.steps.filter((candidate) => candidate.member === member);
  const step = at?.member === member ? at : own.at(-1);
  // A drill's fault comes before its weights.
  const goal = step && (weightsIn(step.goal) ?? weightsIn(own.at(-1)?.goal ?? step.goal));
  return goal?.weights.find((entry) => sameLeg(entry.leg, leg))?.weight ?? undefined;
}

function presentStep(work: Work, step: Step, index: number): StepView {
  const { control, members } = work;
  const member = members[step.member];
  const weights = step.goal.kind === "weights" ? step.goal.weights.map(({ weight }) => weight ?? 0) : [];
  const wasUndone = member?.restored === true && index < control.written;
  const isDone = index < control.step;
  return {
    member: step.member,
    title: titleOf(step.goal),
    weights,
    ...timesOf(work, step, weights),
    state: wasUndone
      ? "undone"
      : isDone
        ? "done"
        : index === control.step && control.written > index
          ? "now"
          : "todo",
  };
}

/** How long a step is watched. A drill's steps end as soon as what they wait for was seen. */
function timesOf(work: Work, step: Step, weights: readonly number[]): Pick<StepView, "soak" | "limit"> {
  const { judge, settle, member } = step;
  if (judge === "fault" || judge === "answer") return { soak: 0, limit: settle };
  return {
    soak: judge === "traffic" ? soakOf(work, work.members[member], weights) : settle,
    limit: undefined,
  };
}

/** As long as the least busy of the growing destinations takes to see enough. */
function soakOf(work: Work, member: MemberWork | undefined, weights: readonly number[]): number | undefined {
  if (member?.situation === undefined) return undefined;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let longest = Math.max(work.thresholds.soak, leastWindow(work.thresholds));
  for (const [i, { leg, demand }] of member.situation.lanes.entries()) {
    const share = (weights[i] ?? 0) / total;
    const before = member.baseline.find((side) => sameLeg(side.leg, leg))?.share ?? 0;
    if (share <= before) continue;
    if (!demand.known) return undefined;
    longest = Math.max(longest, secondsToSee(minimumSample(work.thresholds), demandAt(demand.value, share)));
  }
  return Number.isFinite(longest) ? longest : undefined;
}

function titleOf(goal: Goal): Message {
  switch (goal.kind) {
    case "weights":
      return t("Weights {weights}", {
        weights: goal.weights.map(({ leg, weight }) => `${nameOfLeg(leg)} ${weight ?? "-"}`).join(", "),
      });
    case "insertRoutes":
      return t("Insert the header routes {names}", { names: goal.routes.map(({ name }) => name).join(", ") });
    case "removeRoutes":
      return t("Remove the routes {names}", { names: goal.routes.map(({ name }) => name).join(", ") });
    case "subsets":
      return t("Subsets {names}", { names: goal.subsets.map(({ name }) => name).join(", ") });
    case "fault":
      return goal.percent === 0
        ? t("Remove the fault")
        : t("Inject a fault into {percent} % of the requests", { percent: goal.percent });
    case "dns":
      return t("Point {record} to {targets}", {
        record: goal.record.dnsName,
        targets: goal.targets.join(", "),
      });
    case "rollout":
      return t("Rollout: {verb}", { verb: goal.verb });
    case "all":
      return t("In one write: {parts}", { parts: goal.goals.map((one) => render(titleOf(one))).join(" + ") });
    case "database":
      return goal.action === "promote"
        ? t("Promote the database")
        : t("Make the database a replica of {primary}", { primary: goal.newPrimary });
  }
}

const STATUS: Readonly<Record<Phase, Message>> = {
  draft: t("Nothing was read yet."),
  reading: t("Reading the cluster."),
  blocked: t("This shift is blocked; the checklist says why. Nothing was written."),
  previewed: t("Nothing was written. Confirm to begin."),
  stale: t("The object has changed or the preview is too old; it is read again."),
  journalling: t("Writing the journal."),
  preGate: t("Checking whether the next step may be made."),
  applying: t("Writing the step."),
  rereading: t("Somebody else wrote at the same moment; the object is read again."),
  propagating: t("Reading the step back."),
  soaking: t("Watching the step."),
  awaitApproval: t("The step went well. Approve the next one."),
  hold: t("Held. A person has to decide."),
  capacityCheck: t("Rolling back: looking whether the old side can carry the traffic."),
  rollbackApply: t("Rolling back: writing."),
  rampWait: t("Rolling back in steps: waiting until the old side has scaled up."),
  verifyOld: t("Rolling back: reading back."),
  rolledBack: t("Rolled back: everything is as it was before the shift."),
  manualIntervention: t("A person has to finish this. The journal is kept; the commands below lead back."),
  left: t("Left as it stands. The journal is kept."),
  completed: t("Completed. The old side is kept, so that you can go back."),
  retiring: t("Ending the time in which the old side is kept."),
  retired: t("Completed, and the old side is no longer kept for a rollback."),
  cancelled: t("Cancelled. Nothing was written."),
};

const LABELS: readonly { readonly event: ShiftEvent; readonly label: Message }[] = [
  { event: { type: "refresh" }, label: t("Read again") },
  { event: { type: "confirm" }, label: t("Apply") },
  { event: { type: "approve" }, label: t("Approve the next step") },
  { event: { type: "continue", reason: "?" }, label: t("Go on without evidence") },
  { event: { type: "retry" }, label: t("Try again") },
  { event: { type: "pause" }, label: t("Pause") },
  { event: { type: "resume" }, label: t("Resume") },
  { event: { type: "abort" }, label: t("Abort and roll back") },
  { event: { type: "force" }, label: t("Go back regardless") },
  { event: { type: "resolved" }, label: t("I have put it right") },
  { event: { type: "leave" }, label: t("Leave it as it is") },
  { event: { type: "retire" }, label: t("Give up the way back") },
];

function actionsOf(work: Work): readonly ActionView[] {
  const production = productionName(
    work.members.map(({ context }) => ({
      context,
      production: connectionOf(work, context)?.production ?? false,
    })),
  );
  const possible = LABELS.filter(({ event }) => accepts(work.control, event) && !isBarred(work, event));
  return possible.map(({ event, label }) => ({
    // Only people's events stand in the table.
    event: event.type as ActionView["event"],
    label: event.type === "abort" && work.control.written === 0 ? t("Cancel") : label,
    confirm: event.type === "confirm" ? production : undefined,
    needsReason: event.type === "continue",
  }));
}
