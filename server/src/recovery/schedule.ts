import { Cron } from "croner";
import { type Message, t } from "../model/message.ts";
import { type CronField, cronField, FIELD_NAMES, type FieldName } from "./cron-fields.ts";
import { parseGoDuration } from "./durations.ts";
import { offsetAt } from "./time-zones.ts";

/**
 * Who reads a cron text:
 * - `minutes`: Velero and Kubernetes' CronJob (robfig/cron v3, ParseStandard): five fields;
 * - `seconds`: CloudNativePG (robfig/cron v1, Parse): six fields, the second first; with five, the day of the week
 *   is left out, so that the first one still is the second;
 * - `any`: tools that Nines does not know: five fields begin with the minute, six with the second.
 */
export type Dialect = "minutes" | "seconds" | "any";

/** A schedule that was read. */
export interface Schedule {
  readonly text: string;
  /** As a reader of its dialect understands it; undefined with `every`. */
  readonly fields: Readonly<Record<FieldName, CronField>> | undefined;
  /** Seconds between two runs of an `@every`. */
  readonly every: number | undefined;
  /** IANA name; UTC where nothing names one. */
  readonly timeZone: string;
  /** Whether the text or its manifest names the time zone. */
  readonly statesTimeZone: boolean;
}

/** Why a text is no schedule. */
export interface ScheduleProblem {
  readonly kind: "fields" | "value" | "timeZone" | "descriptor";
  readonly reason: Message;
}

export type ScheduleReading = { readonly schedule: Schedule } | { readonly problem: ScheduleProblem };

const DESCRIPTORS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 0 1 1 *",
  "@annually": "0 0 0 1 1 *",
  "@monthly": "0 0 0 1 * *",
  "@weekly": "0 0 0 * * 0",
  "@daily": "0 0 0 * * *",
  "@midnight": "0 0 0 * * *",
  "@hourly": "0 0 * * * *",
};

const ZONE = /^(?:CRON_TZ|TZ)=(\S*)\s+/;
const MAX_LENGTH = 300;

/**
 * Reads a schedule. `timeZone` is what its manifest says beside it (`spec.timeZone` of a CronJob); a `CRON_TZ=` in the
 * text counts before it.
 */
export function readSchedule(text: string, dialect: Dialect, timeZone?: string): ScheduleReading {
  if (text.length > MAX_LENGTH) return refused("value", t("The text is longer than any schedule."));
  const prefix = ZONE.exec(text);
  const zone = prefix?.[1] ?? timeZone;
  if (zone !== undefined && offsetAt(zone, 0) === undefined)
    return refused("timeZone", t("“{zone}” is no time zone.", { zone }));
  const base = { text, timeZone: zone ?? "UTC", statesTimeZone: zone !== undefined };
  const pattern = text.slice(prefix?.[0].length ?? 0).trim();
  if (pattern.startsWith("@")) return described(pattern, base);
  const parts = pattern === "" ? [] : pattern.split(/\s+/);
  const six = sixFields(parts, dialect);
  if (six === undefined) return refused("fields", fieldsReason(parts.length, dialect));
  return fieldsOf(six, dialect, base);
}

function described(
  pattern: string,
  base: Pick<Schedule, "text" | "timeZone" | "statesTimeZone">,
): ScheduleReading {
  const every = /^@every\s+(\S+)$/.exec(pattern)?.[1];
  if (every !== undefined) {
    // What is below a second becomes one.
    const seconds = parseGoDuration(every);
    if (seconds === undefined || seconds < 0)
      return refused("descriptor", t("“{text}” is no duration such as 90m or 1h30m.", { text: every }));
    return { schedule: { ...base, fields: undefined, every: Math.max(1, Math.floor(seconds)) } };
  }
  const six = Object.hasOwn(DESCRIPTORS, pattern) ? DESCRIPTORS[pattern] : undefined;
  if (six === undefined)
    return refused("descriptor", t("“{text}” is none of the known names such as @daily.", { text: pattern }));
  return fieldsOf(six.split(" "), "seconds", base);
}

/** The fields in the six-field form; undefined when there are too few or too many. */
function sixFields(parts: readonly string[], dialect: Dialect): readonly string[] | undefined {
  if (parts.length === 5) return dialect === "seconds" ? [...parts, "*"] : ["0", ...parts];
  return parts.length === 6 && dialect !== "minutes" ? parts : undefined;
}

function fieldsReason(count: number, dialect: Dialect): Message {
  return dialect === "minutes"
    ? t("It has {count} fields; five are read: minute, hour, day of the month, month, day of the week.", {
        count,
      })
    : t(
        "It has {count} fields; six are read: second, minute, hour, day of the month, month, day of the week.",
        {
          count,
        },
      );
}

function fieldsOf(
  six: readonly string[],
  dialect: Dialect,
  base: Pick<Schedule, "text" | "timeZone" | "statesTimeZone">,
): ScheduleReading {
  const rules = { sundayIsSeven: dialect === "any", steppedStarIsStar: dialect === "seconds" };
  const [second, minute, hour, dayOfMonth, month, dayOfWeek] = FIELD_NAMES.map((name, i) =>
    cronField(six[i] ?? "", name, rules),
  );
  if (!second || !minute || !hour || !dayOfMonth || !month || !dayOfWeek) {
    const wrong = FIELD_NAMES.findIndex((name, i) => cronField(six[i] ?? "", name, rules) === undefined);
    return refused(
      "value",
      t("“{text}” is no value of the field {field}.", {
        text: six[wrong] ?? "",
        field: FIELD_NAMES[wrong] ?? "",
      }),
    );
  }
  return {
    schedule: { ...base, every: undefined, fields: { second, minute, hour, dayOfMonth, month, dayOfWeek } },
  };
}

function refused(kind: ScheduleProblem["kind"], reason: Message): ScheduleReading {
  return { problem: { kind, reason } };
}

/** How many values mean any day. */
const DAY_COUNTS: Readonly<Partial<Record<FieldName, number>>> = { dayOfMonth: 31, dayOfWeek: 7 };

/** The next runs after a moment; fewer than `count` when there are no more. Those of `@every` count from `after`. */
export function nextRuns(schedule: Schedule, after: Date, count: number): readonly Date[] {
  const { every, fields, timeZone } = schedule;
  if (every !== undefined)
    return Array.from({ length: count }, (_, i) => new Date(after.getTime() + (i + 1) * every * 1000));
  if (fields === undefined) return [];
  const pattern = FIELD_NAMES.map((name) => {
    const { values } = fields[name];
    return values.length === DAY_COUNTS[name] ? "*" : values.join(",");
  });
  // Where one of the two days is any day and still has a step, both have to fit.
  const domAndDow = fields.dayOfMonth.isStar || fields.dayOfWeek.isStar;
  const cron = new Cron(pattern.join(" "), { timezone: timeZone, mode: "6-part", domAndDow });
  const runs: Date[] = [];
  let last: Date | null = after;
  // A clock that is put forward leaves out what stands in the hour that is missing; croner runs it afterwards.
  for (let tries = 0; runs.length < count && tries < 2 * count + 2; tries++) {
    last = cron.nextRun(last);
    if (last === null) break;
    if (isAtItsHour(last, fields, timeZone)) runs.push(last);
  }
  return runs;
}

function isAtItsHour(run: Date, fields: NonNullable<Schedule["fields"]>, timeZone: string): boolean {
  const wall = new Date(run.getTime() + (offsetAt(timeZone, run.getTime()) ?? 0) * 1000);
  return (
    fields.hour.values.includes(wall.getUTCHours()) && fields.minute.values.includes(wall.getUTCMinutes())
  );
}
