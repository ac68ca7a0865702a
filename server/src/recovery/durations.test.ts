import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatDuration, parseDuration } from "./durations.ts";

test("durations are read in seconds", () => {
  const read: readonly (readonly [string, number | undefined])[] = [
    ["30s", 30],
    ["2h", 7200],
    ["7d", 604_800],
    ["1h30m", 5400],
    ["1.5h", 5400],
    ["250ms", 0.25],
    ["2w", 1_209_600],
    ["0s", 0],
    ["0", 0],
    ["-5m", -300],
    ["30", undefined],
    ["", undefined],
    ["-", undefined],
    ["5 m", undefined],
    ["1h-5m", undefined],
    ["m5", undefined],
    ["1e3s", undefined],
    [`${"9".repeat(50)}s`, undefined],
  ];
  for (const [text, seconds] of read) assert.equal(parseDuration(text), seconds, text);
});

test("durations are printed as people write them", () => {
  const printed: readonly (readonly [number, string])[] = [
    [1050, "17m30s"],
    [2560, "42m40s"],
    [870, "14m30s"],
    [4920, "1h22m"],
    [0, "0s"],
    [0.25, "0.25s"],
    [59.6, "1m"],
    [26 * 3600, "26h"],
    [48 * 3600, "2d"],
    [30 * 86_400, "30d"],
    [-300, "-5m"],
    [Number.POSITIVE_INFINITY, "∞"],
  ];
  for (const [seconds, text] of printed) assert.equal(formatDuration(seconds), text);
});

test("what is printed is read back, to the second", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), (seconds) => {
      assert.equal(parseDuration(formatDuration(seconds)), seconds);
    }),
  );
});
