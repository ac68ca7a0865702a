import { createHash } from "node:crypto";
import { type Message, t } from "../../model/message.ts";
import {
  type Clock,
  type Cluster,
  type Failure,
  failure,
  type Identity,
  type KubeObject,
  type Metrics,
  type ObjectRef,
  type Outcome,
} from "./cluster.ts";
import type { Check } from "./gates/check.ts";
import type { Situation } from "./gates/situation.ts";
import { demotionTokenOf } from "./goals/database.ts";
import type { Goal } from "./goals/goal.ts";
import type { Inputs } from "./goals/plan.ts";
import type { Intent, ShiftRequest } from "./intent.ts";
import type { BaselineSide, Expected, JournalStore, LogEntry } from "./journal.ts";
import { at, canonical } from "./json.ts";
import { KINDS } from "./kinds.ts";
import type { Planned } from "./patch.ts";
import type { Owner } from "./reading/owners.ts";
import { explain, known, type Read, unknown } from "./reading/read.ts";
import type { Control, ShiftEvent } from "./state.ts";
import type { Step } from "./steps/step.ts";
import type { Thresholds } from "./thresholds.ts";

/** A cluster that the user is connected to. */
export interface Connection {
  readonly cluster: Cluster;
  /** Undefined where no Prometheus is known. */
  readonly metrics: Metrics | undefined;
  /** Its name has to be typed before anything is written. */
  readonly production: boolean;
}

/** What the engine is given: it reaches nothing by itself. */
export interface ShiftDeps {
  /** Connections by context. */
  readonly connections: ReadonlyMap<string, Connection>;
  readonly clock: Clock;
  readonly journals: JournalStore;
  readonly thresholds: Thresholds;
  /** A name for the journal that no other has. */
  readonly newId: () => string;
  /** What whoever begins the shift has against it as it was asked for. */
  readonly objections?: readonly Check[];
}

/** What is known of an object of the shift. */
export interface MemberWork {
  readonly intent: Intent;
  readonly context: string;
  /** What is written: the intent's object, or the delegate that has the route. */
  ref: ObjectRef;
  identity: Identity | undefined;
  /** The API server's address and the user, as the journal keeps them. */
  server: string;
  user: string | null;
  /** Of the object that was previewed; undefined before. */
  uid: string | undefined;
  object: KubeObject | undefined;
  readAt: number | undefined;
  snapshot: string;
  expected: Expected | null;
  restored: boolean;
  baseline: readonly BaselineSide[];
  situation: Situation | undefined;
  checks: readonly Check[];
  owners: readonly Owner[];
  /** The first write as it was previewed. */
  preview: (Planned & { readonly ok: true }) | undefined;
  inverse: (Planned & { readonly ok: true }) | undefined;
}

/** Everything that a shift knows while it runs. */
export interface Work {
  readonly request: ShiftRequest;
  readonly deps: ShiftDeps;
  readonly thresholds: Thresholds;
  members: MemberWork[];
  steps: readonly Step[];
  control: Control;
  id: string | undefined;
  createdAt: number;
  log: LogEntry[];
  /** Of the present step. */
  checks: readonly Check[];
  /** Why it waits; shown until the phase changes. */
  reason: Message | undefined;
  manual: readonly string[];
  /** When the present step was seen to be in place. */
  stepSince: number | undefined;
  /** How far the next step back goes. */
  ramp: Goal | undefined;
  rampSince: number | undefined;
  /** A drill: when the fault was seen to be in place, and how many seconds later the standby answered. */
  failedSince: number | undefined;
  completedAt: number | undefined;
  answeredAfter: number | undefined;
  /** Tells those who look on. */
  changed(): void;
  /** Keeps what happened. */
  note(message: Message): void;
  /** Writes the journal; rejects when it cannot. */
  persist(): Promise<void>;
}

/** A drill cannot be paused: nobody would end its fault, which fails real requests. */
export function isBarred({ request }: Work, { type }: ShiftEvent): boolean {
  return type === "pause" && request.intents.some(({ kind }) => kind === "drill");
}

/** The connection that a member is reached by. */
export function connectionOf(work: Work, context: string): Connection | undefined {
  return work.deps.connections.get(context);
}

/** Hash of what an object asks for. Of a Rollout its controller writes the rest. */
export function specHash(object: KubeObject): string {
  return createHash("sha256").update(canonical(object.spec)).digest("hex");
}

/** Kinds of failures after which the same request may work. */
const PASSING: readonly Failure["kind"][] = ["throttled", "unreachable", "unclear"];

/** Repeats a request until it works, fails for good or patience is over. */
export async function patiently<T>(
  work: Work,
  signal: AbortSignal,
  request: () => Promise<Outcome<T>>,
  passing: readonly Failure["kind"][] = PASSING,
): Promise<Outcome<T>> {
  const { clock } = work.deps;
  const end = clock.now() + work.thresholds.retryPatience * 1000;
  for (let pause = 250; ; pause = Math.min(5000, pause * 2)) {
    const outcome = await request();
    if (outcome.ok || !passing.includes(outcome.failure.kind) || signal.aborted) return outcome;
    const wait = Math.max(pause, (outcome.failure.retryAfterSeconds ?? 0) * 1000);
    if (clock.now() + wait > end) return outcome;
    await clock.sleep(wait, signal);
    if (signal.aborted) return outcome;
  }
}

/** The object of a member as it is now. */
export function readLive(work: Work, member: MemberWork, signal: AbortSignal): Promise<Outcome<KubeObject>> {
  return patiently(work, signal, () => readOnce(work, member, signal));
}

/** The same without patience, for those who look again soon. */
export async function readOnce(
  work: Work,
  member: MemberWork,
  signal: AbortSignal,
): Promise<Outcome<KubeObject>> {
  const connection = connectionOf(work, member.context);
  if (connection === undefined) return notConnected(member.context);
  const outcome = await connection.cluster.get(member.ref, signal);
  if (!outcome.ok) return outcome;
  // The name may belong to another one by now, or the context lead to another cluster.
  if (member.uid !== undefined && outcome.value.metadata.uid !== member.uid)
    return failure("notFound", "the one that stands there now has another uid: it was created anew");
  member.object = outcome.value;
  member.readAt = work.deps.clock.now();
  return outcome;
}

/** Whoever resumes a shift has to be connected to all of its clusters. */
export function notConnected(context: string): { ok: false; failure: Failure } {
  return failure("unreachable", `not connected to context ${context}`);
}

/** `VirtualService app`, for messages. */
export function nameOfMember({ ref }: Pick<MemberWork, "ref">): string {
  return `${ref.type.kind} ${ref.name}`;
}

/** What a goal needs besides the object. */
export async function inputsFor(
  work: Work,
  member: MemberWork,
  goal: Goal,
  signal: AbortSignal,
): Promise<Read<Inputs>> {
  if (goal.kind === "database" && goal.action === "promote" && goal.tokenFrom !== null) {
    const { context, namespace, name } = goal.tokenFrom;
    const connection = connectionOf(work, context);
    if (connection === undefined) return unknown(explain(notConnected(context).failure, `Cluster ${name}`));
    const ref = { type: KINDS.database, namespace, name };
    const outcome = await patiently(work, signal, () => connection.cluster.get(ref, signal));
    if (!outcome.ok) return unknown(explain(outcome.failure, `Cluster ${name}`));
    const token = demotionTokenOf(outcome.value);
    return known(token === undefined ? {} : { token });
  }
  if (goal.kind === "rollout" && goal.verb === "undo") {
    const connection = connectionOf(work, member.context);
    if (connection === undefined || goal.replicaSet === null)
      return unknown(
        t(
          "The ReplicaSet of the former revision is gone, so its Pod template is lost. Take it from version control.",
        ),
      );
    const ref = { type: KINDS.replicaSet, namespace: member.ref.namespace, name: goal.replicaSet };
    const outcome = await patiently(work, signal, () => connection.cluster.get(ref, signal));
    if (!outcome.ok) return unknown(explain(outcome.failure, `ReplicaSet ${goal.replicaSet}`));
    return known({ template: at(outcome.value, "spec", "template") });
  }
  return known({});
}

/** The step that stands before `index` for the same object. */
export function stepBefore(work: Work, index: number): Step | undefined {
  const step = work.steps[index];
  return work.steps.slice(0, index).findLast(({ member }) => member === step?.member);
}

/** Who wrote the object's spec last, by its managed fields; undefined where nobody is named. */
export function lastWriter({
  metadata,
}: KubeObject): { readonly manager: string; readonly time: string } | undefined {
  const writers = (metadata.managedFields ?? [])
    .filter(({ subresource, fieldsV1 }) => subresource === undefined && at(fieldsV1, "f:spec") !== undefined)
    .toSorted((a, b) => ((a.time ?? "") < (b.time ?? "") ? 1 : -1));
  const [last] = writers;
  return last === undefined ? undefined : { manager: last.manager ?? "?", time: last.time ?? "?" };
}
