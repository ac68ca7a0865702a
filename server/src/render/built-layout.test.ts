import assert from "node:assert/strict";
import { test } from "node:test";
import { Layout } from "../workspace/layout.ts";
import { BuiltLayout } from "./built-layout.ts";

/** They ask for bundles, which is answered here. */
const DERIVED = ["together", "near"];

test("every question to a layout is answered for what is built too", () => {
  const questions = Object.getOwnPropertyNames(Layout.prototype);
  assert.ok(questions.length > 5);
  for (const name of questions.filter((each) => !DERIVED.includes(each)))
    assert.ok(Object.hasOwn(BuiltLayout.prototype, name), name);
  assert.ok(DERIVED.every((name) => questions.includes(name)));
});
