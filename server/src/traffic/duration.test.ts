import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeAt } from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";
import { formatSeconds, secondsOf } from "./duration.ts";

const seconds = (text: string) => secondsOf(nodeAt(parseDocument(`at: ${text}`).root, "at"));

test("durations are read as Go reads them", () => {
  assert.equal(seconds("5s"), 5);
  assert.equal(seconds("1m30s"), 90);
  assert.equal(seconds("250ms"), 0.25);
  assert.equal(seconds('"0.5s"'), 0.5);
  assert.equal(seconds("1h"), 3600);
  assert.equal(seconds("0s"), 0);
});

test("anything else is no duration", () => {
  for (const text of ["5", "5 s", "s", "-1s", "1.s", "1d", '""', "$" + "{TIMEOUT}", "[5s]"]) {
    assert.equal(seconds(text), undefined, text);
  }
});

test("seconds are shown without noise", () => {
  assert.equal(formatSeconds(0.1 * 3), "0.3 s");
  assert.equal(formatSeconds(12), "12 s");
});
