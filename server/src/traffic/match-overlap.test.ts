import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDocument } from "../model/parse.ts";
import { overlapOf } from "./match-overlap.ts";

/** The conditions under which the second match loses requests to the first; undefined when it loses none. */
function lost(first: string, second: string): string | undefined {
  const read = (text: string) => {
    const { root } = parseDocument(text);
    assert.ok(root);
    return root;
  };
  return overlapOf(read(first), read(second))?.conditions.join(", ");
}

const header = (value: string, name = "g") => `{headers: {${name}: ${value}}}`;

test("different headers cross", () => {
  assert.equal(lost(header("{exact: a}"), header("{exact: b}", "h")), "g: a, h: b");
  assert.equal(lost(header("{}"), "{queryParams: {v: {prefix: x}}}"), "g, ?v: x*");
});

test("values of one header: apart, crossing, narrower", () => {
  assert.equal(lost(header("{exact: a}"), header("{exact: b}")), undefined);
  assert.equal(lost(header("{regex: a|b}"), header("{regex: (b|c)}")), "g: b");
  assert.equal(lost(header("{regex: ^(a|b)$}"), header("{exact: b}")), "g: b");
  assert.equal(lost(header("{exact: b}"), header("{regex: a|b}")), undefined);
  assert.equal(lost(header("{prefix: ab}"), header("{regex: abc|x}")), "g: abc");
  assert.equal(lost(header("{regex: abc|x}"), header("{prefix: ab}")), "g: abc");
  assert.equal(lost(header("{prefix: abc}"), header("{prefix: ab}")), undefined);
  assert.equal(lost(header("{prefix: ab}"), header("{prefix: x}")), undefined);
});

test("what nobody can compare is not compared", () => {
  assert.equal(lost(header("{regex: a.*b}"), header("{regex: a.*}")), undefined);
  assert.equal(lost(header("{regex: ^a|b$}"), header("{exact: b}")), undefined);
  assert.equal(lost(header("{exact: a}"), "{headers: {h: {exact: b}}, withoutHeaders: {g: {}}}"), undefined);
  assert.equal(lost(header("{exact: a}"), "{uri: {prefix: /x}, headers: {h: {exact: b}}}"), undefined);
  assert.equal(lost(header("{exact: a}", "content-type"), header("{exact: b}", "h")), undefined);
});
