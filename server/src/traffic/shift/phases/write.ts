import type { KubeObject, Outcome } from "../cluster.ts";
import { failure } from "../cluster.ts";
import { HIDDEN_TOKEN } from "../goals/database.ts";
import type { Goal } from "../goals/goal.ts";
import { type Inputs, partOf } from "../goals/plan.ts";
import { type Planned, withVersion } from "../patch.ts";
import { connectionOf, type MemberWork, notConnected, patiently, readLive, type Work } from "../work.ts";

/** Failures of a write after which it is certain that nothing was written. */
const UNWRITTEN = ["throttled", "unreachable"] as const;

/** One write, and what it rests on. */
export interface Write {
  readonly live: KubeObject;
  readonly goal: Goal;
  readonly plan: Planned & { readonly ok: true };
  readonly inputs: Inputs;
}

/**
 * The only way by which a shift writes. The patch begins with the version that was read, without which nothing is
 * sent. An unclear end is not repeated: reading back tells what came of it. What the server says is told without the
 * token that it was given.
 */
export async function send(
  work: Work,
  member: MemberWork,
  { live, goal, plan, inputs }: Write,
  signal: AbortSignal,
): Promise<Outcome<KubeObject>> {
  const connection = connectionOf(work, member.context);
  if (connection === undefined) return notConnected(member.context);
  if (live.metadata.resourceVersion === undefined)
    return failure("invalid", "it was read without a resourceVersion, so a write could not be guarded");
  const subresource = partOf(goal);
  const operations = withVersion(live, plan.operations);
  const options = { dryRun: false, ...(subresource && { subresource }) };
  const outcome = await patiently(
    work,
    signal,
    () => connection.cluster.patch(member.ref, operations, options, signal),
    UNWRITTEN,
  );
  // What leads back from here is told even where the object cannot be read any more.
  if (outcome.ok) member.object = outcome.value;
  else if (outcome.failure.kind === "unclear" || outcome.failure.kind === "cancelled")
    member.object = plan.after;
  return withoutToken(outcome, inputs);
}

/** An admission webhook quotes what it does not like. */
export function withoutToken<T>(outcome: Outcome<T>, { token }: Inputs): Outcome<T> {
  if (outcome.ok || token === undefined) return outcome;
  const message = outcome.failure.message.replaceAll(token, HIDDEN_TOKEN);
  return { ok: false, failure: { ...outcome.failure, message } };
}

/** Whether somebody wrote since: a `test` of the patch may have failed for that alone. */
export async function hasMoved(
  work: Work,
  member: MemberWork,
  { metadata }: KubeObject,
  signal: AbortSignal,
): Promise<boolean> {
  const live = await readLive(work, member, signal);
  return live.ok && live.value.metadata.resourceVersion !== metadata.resourceVersion;
}
