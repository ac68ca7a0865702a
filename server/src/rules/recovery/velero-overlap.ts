import { t } from "../../model/message.ts";
import { formatDuration } from "../../recovery/durations.ts";
import { known } from "../../recovery/fields.ts";
import { manifestScheduleOf } from "../../recovery/manifest-schedule.ts";
import { backupUsesOf } from "../../recovery/plan-scope.ts";
import { nextRuns, type Schedule } from "../../recovery/schedule.ts";
import { VELERO_SCHEDULE } from "../../recovery/velero.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "velero-overlap",
  title: "A backup takes longer than the time to the next one",
  severity: "warning",
  appliesTo: [VELERO_SCHEDULE.replace("/", "/*/")],
  needsWholeWorkspace: true,
  docs: {
    why: "Velero starts no backup while one of the same schedule is still running: what was due is started when that one has ended, and nothing reports it. With runs that are longer than every interval one is always running, which loads the cluster all the time, and what lies between two backups is the time of a run, not the interval.",
    how: "Make the interval longer than a run, and take into account what grows; or split the schedule by namespace. How long a run takes is what a DisasterRecoveryPlan of the workspace says (`backups[].duration` of the backup whose `scheduleRef` names the schedule).",
    sources: ["https://github.com/vmware-tanzu/velero/blob/main/pkg/controller/schedule_controller.go"],
  },
  check(schedule, context) {
    const { snapshot } = context;
    if (snapshot.layout.isPatched(schedule, "spec.schedule")) return;
    const reading = manifestScheduleOf(schedule)?.reading;
    if (reading === undefined || !("schedule" in reading)) return;
    const durations = backupUsesOf(snapshot, schedule).flatMap(({ backup }) => known(backup.duration) ?? []);
    const interval = durations.length === 0 ? undefined : shortestInterval(reading.schedule);
    const duration = Math.max(...durations);
    if (interval === undefined || interval <= 0 || duration <= interval) return;
    context.report(
      schedule.at("spec.schedule"),
      t(
        "A run takes {duration}, but the next one is due after {interval}: Velero starts it only when the running one has ended, so at least {duration} lie between the two, and the schedule is not kept. Make the interval longer than a run.",
        {
          duration: formatDuration(duration),
          interval: formatDuration(interval),
        },
      ),
      undefined,
    );
  },
});

/** Runs that are looked at: patterns within a day or a week repeat within these. */
const SAMPLE = 60;

/** The shortest time between two runs in seconds; undefined when there are no two. */
function shortestInterval(schedule: Schedule): number | undefined {
  if (schedule.every !== undefined) return schedule.every;
  // A fixed day, so that a verdict does not depend on the day it is made.
  const runs = nextRuns(schedule, new Date(Date.UTC(2024, 0, 1)), SAMPLE);
  const gaps = runs.slice(1).map((run, i) => (run.getTime() - (runs[i]?.getTime() ?? 0)) / 1000);
  return gaps.length === 0 ? undefined : Math.min(...gaps);
}
