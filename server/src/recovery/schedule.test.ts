import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { effectiveInterval, worstInterval } from "./intervals.ts";
import { type Dialect, nextRuns, readSchedule, type Schedule } from "./schedule.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;

function schedule(text: string, dialect: Dialect, zone?: string): Schedule {
  const reading = readSchedule(text, dialect, zone);
  assert.ok("schedule" in reading, `${text}: ${JSON.stringify(reading)}`);
  return reading.schedule;
}

function interval(text: string, dialect: Dialect = "minutes", zone?: string): number | undefined {
  return worstInterval([schedule(text, dialect, zone)]);
}

function problem(text: string, dialect: Dialect): string | undefined {
  const reading = readSchedule(text, dialect);
  return "problem" in reading ? reading.problem.kind : undefined;
}

test("five fields are minutes first to Velero and seconds first to CloudNativePG", () => {
  assert.equal(interval("0 2 * * *", "minutes"), DAY);
  assert.equal(interval("0 2 * * *", "seconds"), HOUR); // every hour at :02
  assert.equal(interval("0 0 2 * * *", "seconds"), DAY);
  assert.equal(problem("0 0 2 * * *", "minutes"), "fields");
  assert.equal(interval("0 2 * * *", "any"), DAY);
  assert.equal(interval("0 0 2 * * *", "any"), DAY);
  for (const text of ["", "   ", "* * * *", "* * * * * * *"]) {
    assert.equal(problem(text, "minutes"), "fields", text);
    assert.equal(problem(text, "any"), "fields", text);
  }
});

test("descriptors, durations and time zones", () => {
  assert.equal(interval("@daily"), DAY);
  assert.equal(interval("@every 6h"), 6 * HOUR);
  assert.equal(interval("@every 1h30m", "seconds"), 1.5 * HOUR);
  assert.equal(interval("@every 10ms"), 1);
  assert.equal(problem("@every 1d", "minutes"), "descriptor");
  assert.equal(problem("@every -1h", "minutes"), "descriptor");
  assert.equal(problem("@fortnightly", "minutes"), "descriptor");
  assert.equal(problem("@constructor", "minutes"), "descriptor");
  assert.equal(schedule("CRON_TZ=Asia/Shanghai 0 2 * * *", "minutes").timeZone, "Asia/Shanghai");
  assert.equal(schedule("TZ=Asia/Shanghai 0 2 * * *", "minutes", "UTC").timeZone, "Asia/Shanghai");
  assert.equal(problem("CRON_TZ=Mars/Olympus 0 2 * * *", "minutes"), "timeZone");
  assert.equal(problem("CRON_TZ= 0 2 * * *", "minutes"), "timeZone");
});

test("what robfig/cron refuses is refused", () => {
  for (const text of ["60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 7"])
    assert.equal(problem(text, "minutes"), "value", text);
  for (const text of [
    "5-1 * * * *",
    "*/0 * * * *",
    "a * * * *",
    "1-2-3 * * * *",
    "1/2/3 * * * *",
    "L * * * *",
  ])
    assert.equal(problem(text, "minutes"), "value", text);
  for (const text of ["* * L * *", "* * * * 5#2", "* * 15W * *", ", * * * *", "-1 * * * *", "+1 * * * *"])
    assert.equal(problem(text, "minutes"), "value", text);
  assert.equal(interval("0 1 * * 7", "any"), 7 * DAY);
  assert.equal(interval("0 1 ? * SUN", "minutes"), 7 * DAY);
  assert.equal(interval("5/15 1 * * *"), DAY - 45 * 60); // 01:05 01:20 01:35 01:50
});

test("the longest time between two runs", () => {
  assert.equal(interval("0 1 * * 1-6"), 2 * DAY);
  assert.equal(worstInterval([schedule("0 1 * * 0", "any"), schedule("0 1 * * 1-6", "any")]), DAY);
  assert.equal(worstInterval([schedule("0 0 0 * * *", "seconds"), schedule("0 0 * * * *", "seconds")]), HOUR);
  assert.equal(interval("0 9-17 * * *"), 16 * HOUR);
  assert.equal(interval("0 0 1 * *"), 31 * DAY);
  assert.equal(interval("0 0 29 2 *"), (4 * 365 + 1) * DAY);
  assert.equal(interval("0 0 31 2 *"), undefined);
  assert.equal(interval("0 0 13 * 5"), 7 * DAY); // either day will do
  assert.equal(worstInterval([]), undefined);
  assert.equal(worstInterval([schedule("@every 2h", "minutes"), schedule("@daily", "minutes")]), 2 * HOUR);
});

test("schedules that run within each minute", () => {
  assert.equal(interval("* * * * * *", "seconds", "Europe/Berlin"), 1);
  assert.equal(interval("*/10 * * * * *", "seconds"), 10);
  assert.equal(interval("5,20 * * * * *", "seconds"), 45);
  assert.equal(worstInterval([schedule("30 * * * * *", "seconds"), schedule("0 * * * * *", "seconds")]), 30);
});

test("changes of the clock count", () => {
  assert.equal(interval("0 12 * * *", "minutes", "Europe/Berlin"), 25 * HOUR);
  // The clock is put forward from 2 to 3 o'clock: the run of that night is left out.
  assert.equal(interval("30 2 * * *", "minutes", "Europe/Berlin"), 47 * HOUR);
  assert.equal(interval("30 2 * * *", "minutes", "Asia/Shanghai"), DAY);
  assert.equal(interval("0 * * * *", "minutes", "America/New_York"), HOUR);
  const runs = nextRuns(schedule("30 2 * * *", "minutes", "Europe/Berlin"), new Date("2025-03-29T00:00Z"), 2);
  assert.deepEqual(
    runs.map((run) => run.toISOString()),
    ["2025-03-29T01:30:00.000Z", "2025-03-31T00:30:00.000Z"],
  );
});

test("runs that take longer than their interval leave out the next", () => {
  assert.equal(effectiveInterval(HOUR, 12 * 60), HOUR);
  assert.equal(effectiveInterval(HOUR, HOUR), HOUR);
  assert.equal(effectiveInterval(HOUR, HOUR + 1), 2 * HOUR);
  assert.equal(effectiveInterval(HOUR, 2.5 * HOUR), 3 * HOUR);
  assert.equal(effectiveInterval(HOUR, 0), HOUR);
});

test("croner's runs are never further apart than the worst interval, and come that far apart", () => {
  const pick = (max: number) => fc.oneof(fc.constant("*"), fc.integer({ min: 0, max }).map(String));
  const days = fc.constantFrom("*", "1-5", "1,3", "*/2", "MON", "0");
  const zones = fc.constantFrom("UTC", "Asia/Shanghai", "Europe/Berlin");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 59 }), pick(23), days, zones, (minute, hour, day, zone) => {
      const one = schedule(`${minute} ${hour} * * ${day}`, "minutes", zone);
      const worst = worstInterval([one]);
      assert.ok(worst !== undefined);
      const runs = nextRuns(one, new Date("2025-01-01T00:00Z"), hour === "*" ? 200 : 30);
      const gaps = runs.slice(1).map((run, i) => (run.getTime() - (runs[i]?.getTime() ?? 0)) / 1000);
      assert.ok(Math.max(...gaps) <= worst, `${one.text} ${zone}: ${Math.max(...gaps)} > ${worst}`);
      if (zone !== "Europe/Berlin") assert.equal(Math.max(...gaps), worst, `${one.text} ${zone}`);
    }),
    { numRuns: 40 },
  );
});
