import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { formatDuration } from "../../recovery/durations.ts";
import { manifestIntervalOf } from "../../recovery/manifest-schedule.ts";
import { TEMPLATE, ttlOf, VELERO_SCHEDULE } from "../../recovery/velero.ts";
import { defineRule } from "../rule.ts";

const HOUR = 3600;

export default defineRule<number>({
  id: "velero-retention-gap",
  title: "Backups expire before two more are made",
  severity: "warning",
  appliesTo: [VELERO_SCHEDULE.replace("/", "/*/")],
  docs: {
    why: "A backup that is kept for less than two intervals leaves a single backup, or none, when one run fails: the last good one has expired before the next one is made. Velero keeps backups for 30 days (720h) unless `ttl` or the server says otherwise, so a monthly schedule without `ttl` has days without any backup in months of 31 days.",
    how: "Set `template.ttl` to at least two intervals; better to as long as it may take until a mistake is noticed.",
    sources: [
      "https://velero.io/docs/main/how-velero-works/#set-a-backup-to-expire",
      "https://github.com/vmware-tanzu/velero/blob/main/pkg/cmd/server/config/config.go",
    ],
  },
  check(schedule, context) {
    const { snapshot } = context;
    if (snapshot.layout.isPatched(schedule, "spec.schedule")) return;
    const interval = manifestIntervalOf(schedule);
    const ttl = ttlOf(snapshot, schedule);
    if (interval === undefined || ttl === undefined || ttl <= 0 || ttl >= 2 * interval) return;
    const values = {
      ttl: formatDuration(ttl),
      interval: formatDuration(interval),
      // In hours, as it has to be written: Velero knows no days.
      wanted: `${hoursFor(interval)}h`,
    };
    context.report(
      schedule.at(`${TEMPLATE}.ttl`),
      ttl < interval
        ? t(
            "Backups are kept for {ttl}, but up to {interval} pass until the next one: in between there is none at all. Keep them for {wanted} or longer.",
            values,
          )
        : t(
            "Backups are kept for {ttl} and made every {interval}: one failed run, and the last good one expires before the next is made. Keep them for {wanted} or longer.",
            values,
          ),
      interval,
    );
  },
  fixes: [
    {
      id: "two-intervals",
      title: (interval) => t("Keep backups for {hours}h", { hours: hoursFor(interval) }),
      preferred: false,
      edits: (interval, schedule) => setPath(schedule, `${TEMPLATE}.ttl`, `${hoursFor(interval)}h0m0s`),
    },
  ],
});

function hoursFor(interval: number): number {
  return Math.ceil((2 * interval) / HOUR);
}
