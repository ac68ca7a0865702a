import assert from "node:assert/strict";
import { test } from "node:test";
import { Slots } from "./slots.ts";

test("the key that was not used for longest makes room", () => {
  const released: number[] = [];
  const slots = new Slots<string>(2, (slot) => released.push(slot));
  const a = slots.use("a");
  const b = slots.use("b");
  assert.notEqual(a, b);
  assert.equal(slots.use("a"), a);
  assert.equal(slots.use("c"), b);
  assert.deepEqual(released, [b]);
  assert.deepEqual([slots.keyOf(a), slots.keyOf(b)], ["a", "c"]);
});

test("a dropped key frees its slot", () => {
  const released: number[] = [];
  const slots = new Slots<string>(1, (slot) => released.push(slot));
  const slot = slots.use("a");
  slots.drop("a");
  slots.drop("unknown");
  assert.equal(slots.keyOf(slot), undefined);
  assert.equal(slots.use("b"), slot);
  assert.deepEqual(released, [slot]);
});
