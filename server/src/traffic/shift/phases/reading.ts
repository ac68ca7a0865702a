import { type Message, t } from "../../../model/message.ts";
import { verdictOf } from "../gates/check.ts";
import { planMember } from "../plan.ts";
import { findInDelegates } from "../reading/delegates.ts";
import { expecting } from "../reading/expected.ts";
import { readFormerRevision } from "../reading/former-revision.ts";
import { explain, known } from "../reading/read.ts";
import { sharing } from "../reading/shared.ts";
import { draft, type ShiftEvent } from "../state.ts";
import type { Step } from "../steps/step.ts";
import {
  type Connection,
  connectionOf,
  type MemberWork,
  nameOfMember,
  readLive,
  specHash,
  type Work,
} from "../work.ts";
import { examine } from "./examine.ts";

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
  member.baseline = [];
  member.preview = undefined;
  member.inverse = undefined;
  if (!live.ok || connection === undefined) {
    const why = live.ok
      ? t("There is no connection to context {context}.", { context: member.context })
      : explain(live.failure, nameOfMember(member));
    return blocked(member, why);
  }
  const found = await findInDelegates(connection.cluster, live.value, member.intent, signal);
  if (found.kind === "unclear") {
    return blocked(member, found.why);
  }
  if (found.kind === "delegate") {
    // From here on the delegate is the object of the shift: it is what is written, kept and put back.
    member.ref = found.ref;
    return readMember(work, member, index, connection, signal);
  }
  const object = live.value;
  member.uid = object.metadata.uid;
  const isUndo = member.intent.kind === "rollout" && member.intent.verb === "undo";
  const former = isUndo ? await readFormerRevision(connection.cluster, object, signal) : known(undefined);
  if (!former.known) return blocked(member, former.why);
  const plan = planMember(object, member.intent, former.value);
  if (!plan.ok) return blocked(member, plan.problem);
  const steps = plan.steps.map((step) => ({ ...step, member: index }));
  member.snapshot = specHash(object);
  member.checks = await examine(work, member, connection, object, steps, signal);
  return steps;
}

function blocked(member: MemberWork, message: Message): undefined {
  member.checks = [{ id: "verb", effect: "wait", level: "block", message, evidence: [] }];
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
