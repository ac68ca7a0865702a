import assert from "node:assert/strict";
import { test } from "node:test";
import { isNoise, withoutNoise } from "./noise.ts";

test("missing native modules are noise, an extension's errors are not", () => {
  assert.ok(isNoise("Error: Could not locate the bindings file. Tried:\n → /x/spdlog.node"));
  assert.ok(!isNoise("Error: connection got disposed.\n at nines"));
});

test("a server log keeps everything but the known traces", () => {
  const trace = "Error: Could not locate the bindings file. Tried:\n → /a\n  tries: [\n    '/a'\n  ]\n}\n";
  assert.equal(withoutNoise(`one\n${trace}two\n${trace}`), "one\ntwo\n");
});
