import assert from "node:assert/strict";
import { test } from "node:test";
import { resourceIn } from "../testing/resource.ts";

test("people read a resource's name as it is written, a generateName with what follows it, and … for none", () => {
  const called = (metadata: string) =>
    resourceIn(`apiVersion: v1\nkind: Pod\nmetadata: ${metadata}\n`).called;
  assert.equal(called("{ name: web }"), "web");
  assert.equal(called('{ name: "web-{{ .Values.no }}" }'), "web-{{ .Values.no }}");
  assert.equal(called("{ generateName: web- }"), "web-…");
  assert.equal(called("{}"), "…");
});
