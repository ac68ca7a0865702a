import { type Message, t } from "../../model/message.ts";
import { dialectOf } from "../../recovery/backup-copies.ts";
import { formatDuration } from "../../recovery/durations.ts";
import { known } from "../../recovery/fields.ts";
import { worstInterval } from "../../recovery/intervals.ts";
import type { Backup } from "../../recovery/plan-data.ts";
import { readSchedule } from "../../recovery/schedule.ts";
import { definePlanRule, placeOfField } from "./plan-rule.ts";

export default definePlanRule({
  id: "plan-backup-chain",
  title: "Increments without the full backup they build on",
  severity: "warning",
  docs: {
    why: "An incremental backup holds what changed since the one before it. Without a full one at the start of the chain, or when that is deleted before the next full one is made, none of the increments can be restored, however many there are.",
    how: "Schedule full backups beside the increments, and keep them at least from one full backup to the next.",
    sources: [
      "https://helpcenter.veeam.com/docs/backup/vsphere/retention_incremental.html",
      "https://pgbackrest.org/user-guide.html#retention",
    ],
  },
  check(plan, context) {
    for (const backup of plan.backups.items) {
      const { full, incremental, retention, scheduleRef, node } = backup;
      // What the manifest makes counts, not what is written here.
      if (incremental.state !== "known" || scheduleRef.state !== "absent") continue;
      if (full.state === "absent") {
        context.report(
          placeOfField(plan, incremental, node),
          t(
            "Backup {name} has increments but no full backup that they build on: nothing can be restored from them. Schedule full ones too.",
            { name: known(backup.name) ?? "" },
          ),
        );
        continue;
      }
      const message = tooShort(backup);
      if (message !== undefined) context.report(placeOfField(plan, retention, node), message);
    }
  },
});

function tooShort({ name, tool, full, retention }: Backup): Message | undefined {
  const kept = known(retention);
  const text = known(full);
  if (kept === undefined || text === undefined || kept <= 0) return undefined;
  const reading = readSchedule(text, dialectOf(known(tool)));
  const interval = "schedule" in reading ? worstInterval([reading.schedule]) : undefined;
  if (interval === undefined || interval === Number.POSITIVE_INFINITY || kept >= interval) return undefined;
  return t(
    "Backup {name} is kept for {kept}, but up to {interval} go by between two full ones: the full one is deleted first, and the increments that build on it are worthless for {gap}. Keep it for at least {interval}.",
    {
      name: known(name) ?? "",
      kept: formatDuration(kept),
      interval: formatDuration(interval),
      gap: formatDuration(interval - kept),
    },
  );
}
