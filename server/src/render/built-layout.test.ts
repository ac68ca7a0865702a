import assert from "node:assert/strict";
import { test } from "node:test";
import { Layout } from "../workspace/layout.ts";
import { BuiltLayout } from "./built-layout.ts";

test("every question to a layout is answered for what is built too", () => {
  const questions = Object.getOwnPropertyNames(Layout.prototype);
  assert.ok(questions.length > 5);
  for (const name of questions) assert.ok(Object.hasOwn(BuiltLayout.prototype, name), name);
});
