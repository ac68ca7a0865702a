import { replaceText } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { stringOf } from "../../model/node.ts";
import { manifestScheduleOf } from "../../recovery/manifest-schedule.ts";
import { readSchedule } from "../../recovery/schedule.ts";
import { VELERO_SCHEDULE } from "../../recovery/velero.ts";
import { defineRule } from "../rule.ts";
import { problemOf } from "./schedule-problem.ts";

/** The schedule without its seconds, where that is one that Velero reads. */
type WithoutSeconds = string | undefined;

export default defineRule<WithoutSeconds>({
  id: "velero-schedule-invalid",
  title: "Velero cannot read the schedule",
  severity: "error",
  appliesTo: [VELERO_SCHEDULE.replace("/", "/*/")],
  docs: {
    why: "Velero reads five fields, beginning with the minute, or `@every`, `@daily` and the like. A schedule that it cannot read gets the phase FailedValidation and makes no backup at all; whoever does not look at it finds out when a restore is needed. Six fields, as CloudNativePG and Quartz read them, are the most common reason.",
    sources: [
      "https://github.com/vmware-tanzu/velero/blob/main/pkg/controller/schedule_controller.go",
      "https://pkg.go.dev/github.com/robfig/cron/v3#ParseStandard",
    ],
  },
  check(schedule, context) {
    if (context.snapshot.layout.isPatched(schedule, "spec.schedule")) return;
    const written = manifestScheduleOf(schedule);
    if (written === undefined) return;
    const message = problemOf(written, "Velero");
    if (message === undefined) return;
    const five = written.text.trim().split(/\s+/).slice(1).join(" ");
    const isReadable =
      written.text.trim().split(/\s+/).length === 6 && "schedule" in readSchedule(five, "minutes");
    context.report(schedule.at("spec.schedule"), message, isReadable ? five : undefined);
  },
  fixes: [
    {
      id: "drop-seconds",
      title: (five) => t("Leave out the seconds: {schedule}", { schedule: five ?? "" }),
      preferred: (_, schedule) => /^0+\s/.test(stringOf(schedule.get("spec.schedule"))?.trim() ?? ""),
      edits(five, schedule) {
        const node = schedule.get("spec.schedule");
        if (five === undefined || node === undefined) return undefined;
        return [replaceText(schedule.document, node, five)];
      },
    },
  ],
});
