import { t } from "../../model/message.ts";
import type { Journal, JournalMember } from "./journal.ts";
import { restored, type ShiftEvent } from "./state.ts";
import type { Work } from "./work.ts";

/** Puts the journal on disk and takes the lock, before the first write. */
export async function openJournal(work: Work): Promise<ShiftEvent> {
  const id = work.deps.newId();
  const created = await work.deps.journals.create(
    journalOf({ ...work, control: { ...work.control, journalled: true } }, id),
  );
  if (created.ok) {
    work.id = id;
    return { type: "journalled" };
  }
  work.reason =
    created.reason === "busy"
      ? t(
          "Another shift of the same object is under way here: {id}, since {time}. Resume it or roll it back first.",
          {
            id: created.other.id,
            time: new Date(created.other.createdAt).toISOString(),
          },
        )
      : t("The journal could not be written: {reason}. Without it nothing is changed.", {
          reason: created.message,
        });
  work.note(work.reason);
  return { type: "journalFailed" };
}

/** What is kept on disk. */
export function journalOf(work: Work, id: string): Journal {
  return {
    version: 1,
    id,
    createdAt: work.createdAt,
    updatedAt: work.deps.clock.now(),
    request: work.request,
    thresholds: work.thresholds,
    members: work.members.map(
      (member): JournalMember => ({
        context: member.context,
        server: member.server,
        user: member.user,
        ref: member.ref,
        uid: member.uid ?? null,
        snapshot: member.snapshot,
        expected: member.expected,
        restored: member.restored,
        baseline: member.baseline,
      }),
    ),
    steps: work.steps,
    control: work.control,
    log: work.log.slice(-500),
    ...(work.failedSince !== undefined && { failedSince: work.failedSince }),
  };
}

/** Takes up what a journal tells. */
export function restore(work: Work, journal: Journal): void {
  work.id = journal.id;
  work.createdAt = journal.createdAt;
  work.control = restored(journal.control);
  work.steps = journal.steps;
  work.log = [...journal.log];
  work.failedSince = journal.failedSince;
  for (const [i, member] of work.members.entries()) {
    const kept = journal.members[i];
    if (kept === undefined) continue;
    member.ref = kept.ref;
    member.server = kept.server;
    member.user = kept.user;
    member.uid = kept.uid ?? undefined;
    member.snapshot = kept.snapshot;
    member.expected = kept.expected;
    member.restored = kept.restored;
    member.baseline = kept.baseline;
  }
  if (work.control.phase === "completed") work.completedAt = journal.updatedAt;
  if (work.control.paused) work.reason = t("This shift was interrupted. Resume it, or roll it back.");
}
