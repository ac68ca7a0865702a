import { type Message, t } from "../../model/message.ts";
import { formatDuration } from "../../recovery/durations.ts";
import { worstInterval } from "../../recovery/intervals.ts";
import type { ManifestSchedule } from "../../recovery/manifest-schedule.ts";
import { readSchedule, type ScheduleProblem } from "../../recovery/schedule.ts";

/** A schedule as it is written, and what its program makes of it. */
type Written = Pick<ManifestSchedule, "text" | "dialect" | "reading">;

/** Why nothing will ever run by a schedule; undefined when something will. `reader` is who reads it. */
export function problemOf(schedule: Written, reader: string): Message | undefined {
  const { reading, text } = schedule;
  if ("problem" in reading) return refusal(schedule, reading.problem, reader);
  return worstInterval([reading.schedule]) === undefined
    ? t("“{text}” names a day that never comes, such as 31 February: nothing will ever run by it.", { text })
    : undefined;
}

/** What CloudNativePG makes of five fields that are meant with the minute first; undefined where it reads what is meant. */
export function misreadAsSeconds({ text, reading }: Written): Message | undefined {
  const meant = readSchedule(text, "minutes");
  if (text.trim().split(/\s+/).length !== 5 || !("schedule" in meant) || !("schedule" in reading))
    return undefined;
  const run = worstInterval([reading.schedule]);
  const wanted = worstInterval([meant.schedule]);
  if (run === undefined || wanted === undefined) return undefined;
  return t(
    "CloudNativePG reads the first field of “{schedule}” as the second: a backup is made every {actual}, not every {meant}. Put a 0 in front.",
    { schedule: text, actual: formatDuration(run), meant: formatDuration(wanted) },
  );
}

function refusal({ text, dialect }: Written, problem: ScheduleProblem, reader: string): Message {
  const values = { ...problem.reason.values, reader, schedule: text };
  switch (problem.kind) {
    case "fields":
      return dialect === "seconds"
        ? t(
            "“{schedule}” has {count} fields, but {reader} reads six: second, minute, hour, day of the month, month, day of the week. It is refused, and nothing ever runs.",
            values,
          )
        : t(
            "“{schedule}” has {count} fields, but {reader} reads five: minute, hour, day of the month, month, day of the week. It is refused, and nothing ever runs.",
            values,
          );
    case "value":
      if (problem.reason.values.field === undefined)
        return t("The schedule is longer than any that {reader} reads.", values);
      return t(
        "“{text}” is no value of the field {field}: {reader} refuses the schedule “{schedule}”, and nothing ever runs.",
        values,
      );
    case "timeZone":
      return t("“{zone}” is no time zone: {reader} refuses the schedule, and nothing ever runs.", values);
    case "descriptor":
      return t(
        "{reader} does not know “{text}”: it refuses the schedule “{schedule}”, and nothing ever runs.",
        values,
      );
  }
}
