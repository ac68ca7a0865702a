import { replaceText } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { parseDuration, parseGoDuration } from "../../recovery/durations.ts";
import { manifestScheduleOf } from "../../recovery/manifest-schedule.ts";
import { readSchedule } from "../../recovery/schedule.ts";
import { TEMPLATE, VELERO_SCHEDULE } from "../../recovery/velero.ts";
import { defineRule, type RuleContext } from "../rule.ts";
import { problemOf } from "./schedule-problem.ts";

/** What Velero reads instead. */
interface Readable {
  /** The schedule without its seconds. */
  readonly schedule?: string | undefined;
  /** The time to live in hours, minutes and seconds. */
  readonly ttl?: string;
}

const TTL = `${TEMPLATE}.ttl`;

export default defineRule<Readable>({
  id: "velero-schedule-invalid",
  title: "Velero cannot read the schedule",
  severity: "error",
  appliesTo: [VELERO_SCHEDULE.replace("/", "/*/")],
  docs: {
    why: "Velero reads five fields, beginning with the minute, or `@every`, `@daily` and the like. A schedule that it cannot read gets the phase FailedValidation and makes no backup at all; whoever does not look at it finds out when a restore is needed. Six fields, as CloudNativePG and Quartz read them, are the most common reason. A `ttl` in days is worse: the API server takes it, but Velero's server cannot read the Schedule at all.",
    sources: [
      "https://github.com/vmware-tanzu/velero/blob/main/pkg/controller/schedule_controller.go",
      "https://pkg.go.dev/github.com/robfig/cron/v3#ParseStandard",
    ],
  },
  check(schedule, context) {
    checkTtl(schedule, context);
    if (context.snapshot.layout.isPatched(schedule, "spec.schedule")) return;
    const written = manifestScheduleOf(schedule);
    if (written === undefined) return;
    const message = problemOf(written, "Velero");
    if (message === undefined) return;
    const five = written.text.trim().split(/\s+/).slice(1).join(" ");
    const isReadable =
      written.text.trim().split(/\s+/).length === 6 && "schedule" in readSchedule(five, "minutes");
    context.report(schedule.at("spec.schedule"), message, { schedule: isReadable ? five : undefined });
  },
  fixes: [
    {
      id: "drop-seconds",
      title: ({ schedule: five }) => t("Leave out the seconds: {schedule}", { schedule: five ?? "" }),
      preferred: (_, schedule) => /^0+\s/.test(stringOf(schedule.get("spec.schedule"))?.trim() ?? ""),
      edits({ schedule: five }, schedule) {
        const node = schedule.get("spec.schedule");
        if (five === undefined || node === undefined) return undefined;
        return [replaceText(schedule.document, node, five)];
      },
    },
    {
      id: "ttl-in-hours",
      title: ({ ttl }) => t("Keep backups for {ttl}", { ttl: ttl ?? "" }),
      // The same time in other words.
      preferred: true,
      edits({ ttl }, schedule) {
        const node = schedule.get(TTL);
        return ttl === undefined || node === undefined
          ? undefined
          : [replaceText(schedule.document, node, ttl)];
      },
    },
  ],
});

/** A time to live in days or weeks, which other tools read and Go's `time.ParseDuration` does not. */
function checkTtl(schedule: Resource, { snapshot, report }: RuleContext<Readable, object>): void {
  const text = stringOf(schedule.get(TTL));
  const seconds = text === undefined ? undefined : parseDuration(text);
  if (text === undefined || seconds === undefined || parseGoDuration(text) !== undefined) return;
  if (snapshot.layout.isPatched(schedule, TTL)) return;
  const ttl = `${Math.floor(seconds / 3600)}h${Math.floor((seconds % 3600) / 60)}m${Math.floor(seconds % 60)}s`;
  report(
    schedule.at(TTL),
    t(
      "Velero reads times of Go, which know hours, minutes and seconds, but no days and weeks: it cannot read the ttl {text}, so this schedule never runs. Write {ttl}.",
      { text, ttl },
    ),
    { ttl },
  );
}
