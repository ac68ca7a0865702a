import { replaceText, setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { stringOf } from "../../model/node.ts";
import { manifestScheduleOf } from "../../recovery/manifest-schedule.ts";
import { defineRule } from "../rule.ts";
import { problemOf } from "./schedule-problem.ts";

/** What a time zone in front of the schedule says: the zone and the rest. */
interface Prefixed {
  readonly zone: string;
  readonly schedule: string;
}

const PREFIX = /^\s*(?:CRON_TZ|TZ)=(\S+)\s+(\S[\s\S]*)$/;

export default defineRule<Prefixed | undefined>({
  id: "cron-invalid",
  title: "CronJob whose schedule is refused or never comes",
  severity: "error",
  appliesTo: ["batch/*/CronJob"],
  docs: {
    why: "The API server refuses a CronJob whose schedule it cannot read: five fields, beginning with the minute, or `@daily`, `@every 6h` and the like. A time zone belongs into `spec.timeZone`; in front of the schedule (`CRON_TZ=`, `TZ=`) it is refused as well. A date that does not exist, such as 31 February, is accepted, and the job never runs.",
    how: "Sunday is 0, not 7. A step larger than its field is accepted and keeps the first value alone: `*/90` in the minutes runs once an hour.",
    sources: [
      "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/",
      "https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/batch/validation/validation.go",
      "https://pkg.go.dev/github.com/robfig/cron/v3#ParseStandard",
    ],
  },
  check(cronJob, context) {
    const { layout } = context.snapshot;
    if (layout.isPatched(cronJob, "spec.schedule") || layout.isPatched(cronJob, "spec.timeZone")) return;
    const zone = cronJob.get("spec.timeZone");
    const written = manifestScheduleOf(cronJob);
    if (written === undefined || (zone !== undefined && stringOf(zone) === undefined)) return;
    const [, prefix, schedule] = PREFIX.exec(written.text) ?? [];
    const message = problemOf(written, "Kubernetes");
    if (message !== undefined) {
      const isZone = "problem" in written.reading && written.reading.problem.kind === "timeZone";
      context.report(
        cronJob.at(isZone && prefix === undefined ? "spec.timeZone" : "spec.schedule"),
        message,
        undefined,
      );
    } else if (prefix !== undefined && schedule !== undefined) {
      context.report(
        cronJob.at("spec.schedule"),
        t(
          "Kubernetes refuses a time zone in front of the schedule, so this CronJob cannot be created. Set timeZone: {zone} beside it.",
          { zone: prefix },
        ),
        { zone: prefix, schedule },
      );
    }
  },
  fixes: [
    {
      id: "time-zone-field",
      title: (prefixed) => t("Move the time zone to timeZone: {zone}", { zone: prefixed?.zone ?? "" }),
      preferred: true,
      edits(prefixed, cronJob) {
        const node = cronJob.get("spec.schedule");
        if (prefixed === undefined || node === undefined || cronJob.get("spec.timeZone") !== undefined)
          return undefined;
        return [
          replaceText(cronJob.document, node, prefixed.schedule),
          ...setPath(cronJob, "spec.timeZone", prefixed.zone, { after: ["schedule"] }),
        ];
      },
    },
  ],
});
