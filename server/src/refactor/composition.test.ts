import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { applyEdits } from "../fixes/edit.ts";
import { Composition } from "./composition.ts";

const at = (start: number, newText: string, end = start) => ({ range: { start, end }, newText });

test("edits made one after the other come out as edits of the original, by part", () => {
  const composed = Composition.of("a: 1\nb: 2\n")
    .with(0, [at(5, "x: 0\n")])
    .with(1, [at(13, "3", 14)]);
  assert.equal(composed.text, "a: 1\nx: 0\nb: 3\n");
  assert.deepEqual(composed.edits(), [
    { ...at(5, "x: 0\n"), part: 0 },
    { ...at(8, "3", 9), part: 1 },
  ]);
  assert.deepEqual(composed.ties, []);
});

test("siblings at one place stay apart, in their order", () => {
  const composed = Composition.of("a: 1\n")
    .with(0, [at(5, "b: 2\n")])
    .with(1, [at(10, "c: 3\n")]);
  assert.deepEqual(composed.edits(), [
    { ...at(5, "b: 2\n"), part: 0 },
    { ...at(5, "c: 3\n"), part: 1 },
  ]);
  assert.deepEqual(composed.ties, []);
});

test("who changes what another part has written is tied to it", () => {
  const inside = Composition.of("a: 1\n")
    .with(0, [at(5, "b: 2\n")])
    .with(1, [at(8, "9", 9)]);
  assert.deepEqual(inside.ties, [[1, 0]]);
  const below = Composition.of("a: 1\n")
    .with(0, [at(5, "b:\n  - 1\n")])
    .with(1, [at(14, "  - 2\n")]);
  assert.deepEqual(below.ties, [[1, 0]]);
  const item = Composition.of("a: 1\n")
    .with(0, [at(5, "b:\n- 1\n")])
    .with(1, [at(12, "- 2\n")]);
  assert.deepEqual(item.ties, [[1, 0]]);
});

test("whatever is edited, the edits turn the original into the text", () => {
  const edit = fc.tuple(fc.nat(60), fc.nat(8), fc.string({ maxLength: 6 }));
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), fc.array(edit, { maxLength: 12 }), (original, edits) => {
      let composed = Composition.of(original);
      let text = original;
      edits.forEach(([from, length, newText], part) => {
        const start = Math.min(from, text.length);
        const one = at(start, newText, Math.min(start + length, text.length));
        composed = composed.with(part, [one]);
        text = applyEdits(text, [one]);
      });
      assert.equal(composed.text, text);
      assert.equal(applyEdits(original, composed.edits()), text);
    }),
  );
});
