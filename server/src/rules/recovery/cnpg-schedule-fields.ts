import { replaceText } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { CNPG_SCHEDULE } from "../../recovery/cnpg.ts";
import { manifestScheduleOf } from "../../recovery/manifest-schedule.ts";
import { defineRule } from "../rule.ts";
import { misreadAsSeconds, problemOf } from "./schedule-problem.ts";

/** The schedule with the second in front, where five fields were read wrong. */
type WithSeconds = string | undefined;

export default defineRule<WithSeconds>({
  id: "cnpg-schedule-fields",
  title: "Backup schedule is read with the second first",
  severity: "error",
  appliesTo: [CNPG_SCHEDULE.replace("/", "/*/")],
  docs: {
    why: "CloudNativePG reads six fields, and the first one is the second. Five fields, as everywhere else in Kubernetes, are accepted and read one place further to the left, with the day of the week left out: `0 2 * * *`, meant as every night at two, makes a full backup every hour at two minutes past, 24 a day, which load the database and fill the bucket; `0 0 1 * *`, meant as once a month, runs every day.",
    how: "Put a `0` in front of the five fields. Five fields that can only be meant with the second first, such as `0 0 0 * *`, are left alone.",
    sources: [
      "https://cloudnative-pg.io/documentation/current/backup/#cron-schedule",
      "https://github.com/cloudnative-pg/cloudnative-pg/blob/main/internal/webhook/v1/scheduledbackup_webhook.go",
      "https://pkg.go.dev/github.com/robfig/cron#hdr-CRON_Expression_Format",
    ],
  },
  check(schedule, context) {
    if (context.snapshot.layout.isPatched(schedule, "spec.schedule")) return;
    const written = manifestScheduleOf(schedule);
    if (written === undefined) return;
    const at = schedule.at("spec.schedule");
    const message = problemOf(written, "CloudNativePG");
    if (message !== undefined) {
      context.report(at, message, undefined);
      return;
    }
    const misread = misreadAsSeconds(written);
    if (misread !== undefined) context.report(at, misread, `0 ${written.text.trim()}`);
  },
  fixes: [
    {
      id: "add-seconds",
      title: (six) => t("Add the seconds: {schedule}", { schedule: six ?? "" }),
      preferred: false,
      edits(six, schedule) {
        const node = schedule.get("spec.schedule");
        return six === undefined || node === undefined
          ? undefined
          : [replaceText(schedule.document, node, six)];
      },
    },
  ],
});
