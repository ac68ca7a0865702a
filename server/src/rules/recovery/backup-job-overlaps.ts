import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { field, stringOf } from "../../model/node.ts";
import { formatDuration } from "../../recovery/durations.ts";
import { manifestIntervalOf } from "../../recovery/manifest-schedule.ts";
import { defineRule } from "../rule.ts";
import { backupJobOf } from "./backup-job.ts";

export default defineRule({
  id: "backup-job-overlaps",
  title: "Backup runs may overlap",
  severity: "warning",
  appliesTo: ["batch/*/CronJob"],
  docs: {
    why: "`concurrencyPolicy: Allow`, the default, starts the next run while the last one is still going. On the day the backup is slow (a large table, a busy disk) two of them compete for the same disks and locks, both get slower, the third joins, and they may write to the same file: what is left is no backup, and a slow database.",
    how: "Use `concurrencyPolicy: Forbid`. A run that is skipped makes the time between two backups longer: let the schedule leave room.",
    sources: ["https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy"],
  },
  check(cronJob, context) {
    const job = backupJobOf(cronJob);
    if (job === undefined || cronJob.get("spec")?.kind !== "map") return;
    const policy = field(cronJob.get("spec.concurrencyPolicy"), stringOf);
    if (policy.state === "unknown" || (policy.state === "known" && policy.value !== "Allow")) return;
    if (context.snapshot.layout.isPatched(cronJob, "spec.concurrencyPolicy")) return;
    const interval = manifestIntervalOf(cronJob);
    const values = { program: job.program };
    context.report(
      cronJob.at("spec.concurrencyPolicy"),
      interval === undefined
        ? t(
            "The next {program} starts while the last one is still running: both slow the database down and may write to the same file. Set concurrencyPolicy: Forbid.",
            values,
          )
        : t(
            "When a run takes longer than {interval}, the next {program} starts beside it: both slow the database down and may write to the same file. Set concurrencyPolicy: Forbid.",
            { ...values, interval: formatDuration(interval) },
          ),
      undefined,
    );
  },
  fixes: [
    {
      id: "forbid",
      title: () => t("Let no run start beside another one"),
      preferred: true,
      edits: (_, cronJob) =>
        setPath(cronJob, "spec.concurrencyPolicy", "Forbid", { after: ["timeZone", "schedule"] }),
    },
  ],
});
