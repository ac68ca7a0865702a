import type { Schedule } from "./schedule.ts";
import { transitionsOf } from "./time-zones.ts";

const DAY = 86_400;

/**
 * The days that are looked at: long enough for a 29 February to come twice, and a fixed span, so that a verdict does
 * not depend on the day it is made. Dates in the Gregorian calendar repeat their weekdays after 28 years.
 */
const FIRST = Date.UTC(2024, 0, 1);
const DAYS = 9 * 366;

/** The rules for changing the clock repeat every year. */
const DAYS_OF_CHANGES = 2 * 366;

/** The runs of one day, as seconds since its local midnight in elapsed time; undefined: none. */
interface DayRuns {
  readonly first: number;
  readonly last: number;
  /** Longest time between two of them. */
  readonly gap: number;
}

/**
 * Seconds of the longest time between two runs of any of the schedules, changes of the clock included. Undefined when
 * none of them ever runs, Infinity when they run once only. Schedules in several time zones are not merged: the best
 * of each zone counts, which is never too short.
 */
export function worstInterval(schedules: readonly Schedule[]): number | undefined {
  const every = schedules.flatMap((schedule) => schedule.every ?? []);
  const timed = schedules.filter(({ fields }) => fields !== undefined);
  const zones = [...new Set(timed.map(({ timeZone }) => timeZone))];
  const intervals = zones.map((zone) =>
    worstInZone(
      timed.filter(({ timeZone }) => timeZone === zone),
      zone,
    ),
  );
  const all = [...every, ...intervals].filter((interval) => interval !== undefined);
  return all.length === 0 ? undefined : Math.min(...all);
}

function worstInZone(schedules: readonly Schedule[], timeZone: string): number | undefined {
  const changes = transitionsByDay(timeZone);
  const plain = new Map<string, DayRuns | undefined>();
  let start = 0;
  let last: number | undefined;
  let worst = 0;
  let count = 0;
  const days = schedules.every(isDaily) ? (changes.size === 0 ? 2 : DAYS_OF_CHANGES) : DAYS;
  for (let day = 0; day < days; day++) {
    const date = new Date(FIRST + day * DAY * 1000);
    const due = schedules.filter((schedule) => isDue(schedule, date));
    const change = changes.get(day);
    const runs = due.length === 0 ? undefined : runsOf(due, schedules, change, plain);
    if (runs !== undefined) {
      worst = Math.max(worst, runs.gap, last === undefined ? 0 : start + runs.first - last);
      last = start + runs.last;
      count += runs.first === runs.last ? 1 : 2;
    }
    start += DAY - (change?.by ?? 0);
  }
  if (count === 0) return undefined;
  return count === 1 ? Number.POSITIVE_INFINITY : worst;
}

/** A change of the clock within a day. */
interface Change {
  /** Local seconds since midnight at which the clock is changed. */
  readonly wall: number;
  readonly by: number;
}

function transitionsByDay(timeZone: string): ReadonlyMap<number, Change> {
  const end = FIRST + DAYS_OF_CHANGES * DAY * 1000;
  return new Map(
    transitionsOf(timeZone, FIRST, end).map(({ at, before, by }) => {
      const local = (at - FIRST) / 1000 + before;
      return [Math.floor(local / DAY), { wall: local % DAY, by }];
    }),
  );
}

function isDaily({ fields }: Schedule): boolean {
  return (
    fields?.month.values.length === 12 &&
    fields.dayOfMonth.values.length === 31 &&
    fields.dayOfWeek.values.length === 7
  );
}

/** With both a day of the month and of the week either will do; where one is any day, both have to fit (robfig/cron). */
function isDue({ fields }: Schedule, date: Date): boolean {
  if (fields === undefined || !fields.month.values.includes(date.getUTCMonth() + 1)) return false;
  const ofMonth = fields.dayOfMonth.values.includes(date.getUTCDate());
  const ofWeek = fields.dayOfWeek.values.includes(date.getUTCDay());
  return fields.dayOfMonth.isStar || fields.dayOfWeek.isStar ? ofMonth && ofWeek : ofMonth || ofWeek;
}

/** Days without a change of the clock on which the same schedules are due are all alike. */
function runsOf(
  due: readonly Schedule[],
  schedules: readonly Schedule[],
  change: Change | undefined,
  plain: Map<string, DayRuns | undefined>,
): DayRuns | undefined {
  if (change !== undefined) return summary(spansOf(due).flatMap((span) => elapsedSpan(span, change)));
  const key = due.map((schedule) => schedules.indexOf(schedule)).join();
  if (!plain.has(key)) plain.set(key, summary(spansOf(due)));
  return plain.get(key);
}

/** Runs within one minute: in seconds since midnight, and the longest time between two of them. */
interface Span {
  readonly first: number;
  readonly last: number;
  readonly gap: number;
}

/** The runs of a day by minute: a schedule for every second has 86,400 of them. */
function spansOf(schedules: readonly Schedule[]): readonly Span[] {
  return schedules.flatMap(({ fields }) => {
    if (fields === undefined) return [];
    const { hour, minute, second } = fields;
    const [first = 0] = second.values;
    const last = second.values.at(-1) ?? first;
    const gap = second.values.reduce(
      (most, value, i) => Math.max(most, value - (second.values[i - 1] ?? value)),
      0,
    );
    return hour.values.flatMap((h) =>
      minute.values.map((m) => {
        const start = h * 3600 + m * 60;
        return { first: start + first, last: start + last, gap };
      }),
    );
  });
}

/** A clock is changed between two minutes, so that the runs of a minute stay together. */
function elapsedSpan({ first, last, gap }: Span, change: Change): readonly Span[] {
  return elapsed(first, change).map((start) => ({ first: start, last: start + last - first, gap }));
}

/**
 * Seconds since midnight that really go by until a time of the clock: none when the clock is put forward over it, two
 * when it is put back before it.
 */
function elapsed(time: number, { wall, by }: Change): readonly number[] {
  if (by > 0) return time < wall ? [time] : time < wall + by ? [] : [time - by];
  if (time < wall + by) return [time];
  return time < wall ? [time, time - by] : [time - by];
}

function summary(spans: readonly Span[]): DayRuns | undefined {
  const [head, ...others] = [...spans].sort((a, b) => a.first - b.first);
  if (head === undefined) return undefined;
  let { last, gap } = head;
  for (const span of others) {
    gap = Math.max(gap, span.gap, span.first - last);
    last = Math.max(last, span.last);
  }
  return { first: head.first, last, gap };
}

/**
 * Seconds between two runs that really take place: while one is still running, the next is left out, so a run that
 * takes longer than the interval lets the interval count ⌈duration / interval⌉ times.
 */
export function effectiveInterval(interval: number, duration: number): number {
  return interval <= 0 ? interval : interval * Math.max(1, Math.ceil(duration / interval));
}
