import { t } from "../../../model/message.ts";
import type { ShiftEvent } from "../state.ts";
import type { Work } from "../work.ts";

/** Ends the time in which the old side is kept: from here on the journal no longer offers the way back. */
export async function retire(work: Work): Promise<ShiftEvent> {
  const { clock } = work.deps;
  const since = work.log.at(-1)?.at ?? work.createdAt;
  const left = Math.ceil(since / 1000 + work.thresholds.keepOld - clock.now() / 1000);
  if (left > 0) work.note(t("The old side was to be kept for another {seconds} s.", { seconds: left }));
  return { type: "retireDone" };
}
