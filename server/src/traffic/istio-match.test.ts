import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Node } from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";
import { ANY_REQUEST, coversMatch } from "./istio-match.ts";

const match = (text: string): Node => parseDocument(text).root ?? ANY_REQUEST;
const covers = (a: string, b: string, gateways: readonly string[] | undefined = ["mesh"]) =>
  coversMatch(match(a), match(b), gateways);

test("paths: a prefix covers what begins with it, whole characters at a time", () => {
  assert.ok(covers("uri: {prefix: /}", "{}"));
  assert.ok(covers("uri: {prefix: /}", "uri: {regex: '/v.*'}"));
  assert.ok(covers("uri: {regex: '.*'}", "uri: {prefix: /a}"));
  assert.ok(covers("uri: {prefix: /api}", "uri: {prefix: /api/v2}"));
  assert.ok(covers("uri: {prefix: /api}", "uri: {exact: /apiary}"));
  assert.ok(!covers("uri: {prefix: /api/}", "uri: {exact: /api}"));
  assert.ok(!covers("uri: {exact: /api}", "uri: {prefix: /api}"));
  assert.ok(!covers("uri: {prefix: /api}", "{}"));
  assert.ok(!covers("uri: {prefix: /v}", "uri: {regex: /v1}"));
  assert.ok(covers("uri: {regex: /v.}", "uri: {regex: /v.}"));
});

test("paths: case counts unless it is told not to", () => {
  assert.ok(!covers("uri: {prefix: /API}", "uri: {prefix: /api}"));
  assert.ok(covers("uri: {prefix: /API}\nignoreUriCase: true", "uri: {prefix: /api/v2}"));
  assert.ok(!covers("uri: {prefix: /api}", "uri: {prefix: /api}\nignoreUriCase: true"));
});

test("headers: weaker or equal, of the same names", () => {
  assert.ok(covers("headers: {a: {}}", "headers: {a: {exact: x}, b: {exact: y}}"));
  assert.ok(covers("headers: {a: {regex: '*'}}", "headers: {a: {regex: 'x.*'}}"));
  assert.ok(covers("headers: {a: {prefix: x}}", "headers: {a: {exact: xy}}"));
  assert.ok(!covers("headers: {a: {exact: x}}", "headers: {a: {prefix: x}}"));
  assert.ok(!covers("headers: {a: {exact: x}, b: {exact: y}}", "headers: {a: {exact: x}}"));
  assert.ok(!covers("headers: {a: {exact: x}}", "queryParams: {a: {exact: x}}"));
  assert.ok(covers("withoutHeaders: {a: {exact: x}}", "withoutHeaders: {a: {exact: x}, b: {}}"));
});

test("gateways: asked of all that the VirtualService is bound to unless named", () => {
  assert.ok(covers("gateways: [mesh, g]", "gateways: [g]"));
  assert.ok(!covers("gateways: [g]", "gateways: [mesh, g]"));
  assert.ok(covers("gateways: [mesh]", "{}"));
  assert.ok(!covers("gateways: [mesh]", "{}", ["mesh", "g"]));
  assert.ok(!coversMatch(match("gateways: [mesh]"), ANY_REQUEST, undefined));
  assert.ok(
    !covers("sourceLabels: {a: b}", "sourceLabels: {a: b}\ngateways: [g]"),
    "with gateways labels do not count",
  );
});

test("what is unknown or new is never covered", () => {
  assert.ok(!covers("uri: {prefix: '$" + "{P}'}", "uri: {prefix: '$" + "{P}'}"));
  assert.ok(!covers("later: {exact: x}", "later: {exact: x}"));
  assert.ok(!covers("uri: {exact: /a, prefix: /b}", "uri: {exact: /a}"));
  assert.ok(!covers("uri: /a", "uri: {exact: /a}"));
});

const text = fc.constantFrom("/", "/a", "/A", "/a/b", "/ab");
const stringMatch = fc.oneof(fc.record({ exact: text }), fc.record({ prefix: text }), fc.constant({}));
const request = fc.record({ uri: text, a: fc.option(text), b: fc.option(text) });
const condition = fc.record(
  {
    uri: fc.oneof(fc.record({ exact: text }), fc.record({ prefix: text })),
    ignoreUriCase: fc.boolean(),
    headers: fc.dictionary(fc.constantFrom("a", "b"), stringMatch),
    withoutHeaders: fc.dictionary(fc.constantFrom("a", "b"), stringMatch),
  },
  { requiredKeys: [] },
);

interface Condition {
  uri?: Record<string, string>;
  ignoreUriCase?: boolean;
  headers?: Record<string, Record<string, string>>;
  withoutHeaders?: Record<string, Record<string, string>>;
}

/** What Envoy does with one request, spelt out. */
function takes(c: Condition, r: { uri: string; a: string | null; b: string | null }): boolean {
  const fold = (s: string) => (c.ignoreUriCase ? s.toLowerCase() : s);
  const fits = (m: Record<string, string>, value: string | null, f = (s: string) => s) =>
    value !== null &&
    (m.exact === undefined || f(m.exact) === f(value)) &&
    (m.prefix === undefined || f(value).startsWith(f(m.prefix)));
  const header = (name: string) => (name === "a" ? r.a : r.b);
  return (
    (c.uri === undefined || fits(c.uri, r.uri, fold)) &&
    Object.entries(c.headers ?? {}).every(([name, m]) => fits(m, header(name))) &&
    Object.entries(c.withoutHeaders ?? {}).every(([name, m]) => !fits(m, header(name)))
  );
}

test("whatever is called covered: no request gets past the first to the second", () => {
  fc.assert(
    fc.property(condition, condition, fc.array(request, { maxLength: 20 }), (a, b, requests) => {
      if (!covers(JSON.stringify(a), JSON.stringify(b))) return;
      for (const one of requests) {
        assert.ok(!takes(b as Condition, one) || takes(a as Condition, one), JSON.stringify({ a, b, one }));
      }
    }),
    { numRuns: 3000 },
  );
});
