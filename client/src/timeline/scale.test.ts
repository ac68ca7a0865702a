import assert from "node:assert/strict";
import { test } from "node:test";
import { durationText, scaleOf, shortened, textWidth } from "./scale.ts";

test("marks are at distances that people count in, and never closer than they may be", () => {
  for (const longest of [0, 1, 7, 59, 61, 870, 1050, 4920, 26 * 3600, 90 * 86_400, 1e11]) {
    for (const width of [80, 300, 900, 8000]) {
      const scale = scaleOf(longest, width, 64);
      const places = scale.marks.map(({ seconds }) => scale.at(seconds));
      const gaps = places.slice(1).map((place, i) => place - (places[i] ?? 0));
      assert.ok(
        gaps.every((gap) => gap >= 63.9),
        `${longest} s over ${width}: ${gaps[0]}`,
      );
      assert.ok(scale.marks.length >= 1 && scale.marks.length <= 126);
      assert.ok(places.every((place) => place >= 0 && place <= width + 1e-6));
    }
  }
  const minutes = scaleOf(870, 900, 64).marks.map(({ text }) => text);
  assert.deepEqual(minutes, ["0", "2m", "4m", "6m", "8m", "10m", "12m", "14m"]);
});

test("marks are named in the units that people use", () => {
  assert.deepEqual([0, 30, 90, 3600, 5400, 86_400, 2 * 86_400 + 3600].map(durationText), [
    "0",
    "30s",
    "1m30s",
    "1h",
    "1h30m",
    "1d",
    "2d1h",
  ]);
});

test("what is beyond the end is at the end", () => {
  const scale = scaleOf(100, 500, 64);
  assert.equal(scale.at(50), 250);
  assert.equal(scale.at(1000), 500);
});

test("texts that are too wide are cut, wide scripts earlier", () => {
  assert.equal(shortened("promote-db", 200, 12), "promote-db");
  const short = shortened("promote-a-very-long-name-of-a-step", 100, 12);
  assert.match(short, /^promote-.*…$/);
  assert.ok(textWidth(short, 12) <= 100);
  assert.ok(textWidth("切换数据库", 12) > textWidth("dbdbd", 12));
});
