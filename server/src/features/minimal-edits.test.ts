import assert from "node:assert/strict";
import { test } from "node:test";
import { applyEdits } from "../fixes/edit.ts";
import { minimalEdits } from "./minimal-edits.ts";

const BEFORE = "a: 1\nb: 2\nc: 3\nd: 4\n";

test("only what differs is edited", () => {
  assert.deepEqual(minimalEdits(BEFORE, BEFORE.replace("b: 2", "b: 20")), [
    { range: { start: 9, end: 9 }, newText: "0" },
  ]);
  assert.deepEqual(minimalEdits(BEFORE, BEFORE), []);
});

test("edits at several places turn one text into the other", () => {
  for (const after of [
    BEFORE.replace("a: 1\n", "").replace("d: 4", "d: 5\ne: 6"),
    BEFORE.replaceAll("\n", "\r\n"),
    "x",
    "",
    `${BEFORE}${BEFORE}`,
  ]) {
    assert.equal(applyEdits(BEFORE, minimalEdits(BEFORE, after)), after);
  }
});
