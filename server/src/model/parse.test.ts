import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { render } from "./message.ts";
import { booleanOf, field, integerOf, type Node, nodeAt, stringOf } from "./node.ts";
import { parseDocument } from "./parse.ts";
import { maskTemplates } from "./templates.ts";

const at = (text: string, path: string) => nodeAt(parseDocument(text).root, path);
const source = (text: string, path: string) => {
  const node = at(text, path);
  return node === undefined ? undefined : text.slice(node.range.start, node.range.end);
};

test("ranges are exact: quotes in, comments and blanks out", () => {
  const text = 'a:\n  b: "x y" # c\n  c:\n    - 1\n    - d: 2  # last\n\n# end\n';
  assert.equal(source(text, "a.b"), '"x y"');
  assert.equal(source(text, "a"), 'b: "x y" # c\n  c:\n    - 1\n    - d: 2');
  assert.equal(source(text, "a.c"), "- 1\n    - d: 2");
  assert.equal(source("\uFEFFa: 1\r\nb: 2\r\n", "b"), "2");
  assert.equal(source('{"a": {"b": [1, true]}}', "a.b"), "[1, true]");
});

test("what is absent, null, unknown and wrong differ", () => {
  const read = (text: string) => field(at(text, "a"), integerOf).state;
  assert.equal(read("b: 1"), "absent");
  assert.equal(read("a:"), "absent");
  assert.equal(read("a: ~"), "absent");
  assert.equal(read("a: 3"), "known");
  assert.equal(read('a: "3"'), "unknown");
  assert.equal(read("a: $" + "{REPLICAS}"), "unknown");
});

test("YAML 1.1 booleans are booleans unless quoted", () => {
  assert.equal(booleanOf(at("a: yes", "a")), true);
  assert.equal(booleanOf(at("a: Off", "a")), false);
  assert.equal(booleanOf(at('a: "yes"', "a")), undefined);
});

test("an alias has its own place and its anchor's value; merge keys give way to written ones", () => {
  const text = "base: &b {x: 1, y: 2}\nuse: *b\nmore:\n  <<: *b\n  y: 3\n";
  assert.equal(source(text, "use"), "*b");
  assert.equal(integerOf(at(text, "use.x")), 1);
  assert.equal(integerOf(at(text, "more.x")), 1);
  assert.equal(integerOf(at(text, "more.y")), 3);
  assert.equal(parseDocument("a: &a [*a]\n").problems.length + 1 > 0, true);
});

test("every syntax error is a problem with a place, and the rest is still read", () => {
  const text = "a: 1\nb: [1, 2\nc: 3\n";
  const { root, problems } = parseDocument(text);
  assert.ok(problems.length > 0);
  assert.equal(integerOf(nodeAt(root, "a")), 1);
  assert.match(parseDocument("a: 1\na: 2\n").problems[0]?.message.text ?? "", /stands twice/);
  assert.match(parseDocument("a: \0\n").problems[0]?.message.text ?? "", /NUL/);
});

test("keys of JavaScript's own objects are ordinary keys", () => {
  const text = "__proto__: {polluted: 1}\nconstructor: 2\n";
  assert.equal(integerOf(at(text, "constructor")), 2);
  assert.equal(integerOf(at(text, "__proto__.polluted")), 1);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

test("masked values are unknown", () => {
  const { text, masks } = maskTemplates("a: {{ x }}\nb: pre-{{ y }}\nc: z\n");
  const { root } = parseDocument(text, masks);
  assert.equal(stringOf(nodeAt(root, "a")), undefined);
  assert.equal(stringOf(nodeAt(root, "b")), undefined);
  assert.equal(stringOf(nodeAt(root, "c")), "z");
});

test("hostile documents end in a finding", () => {
  let bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
  for (let i = 1; i < 30; i++) bomb += `a${i}: &a${i} [${Array(9).fill(`*a${i - 1}`)}]\n`;
  let merges = "a0: &a0 {x: 1}\n";
  for (let i = 1; i < 3000; i++) merges += `a${i}: &a${i} {<<: *a${i - 1}, k${i}: 1}\n`;
  for (const text of [
    bomb,
    merges,
    "[".repeat(20_000),
    "- ".repeat(20_000),
    "a: b: c\n".repeat(50_000),
    `a: ${"x".repeat(5_000_000)}`,
  ]) {
    assert.ok(parseDocument(text).problems.length > 0, text.slice(0, 20));
  }
});

test("any text is parsed without throwing, and every range lies inside it", () => {
  const token = fc.constantFrom(
    "a",
    ": ",
    "- ",
    "\n",
    "  ",
    "{",
    "}",
    "[",
    "]",
    ",",
    '"',
    "'",
    "|",
    ">",
    "&a",
    "*a",
    "<<",
    "!",
    "#",
    "\t",
    "? ",
    "%",
    "\r",
    "~",
    "1",
    "---",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(token, { maxLength: 60 }).map((t) => t.join("")),
      ),
      (text) => {
        const { root, problems } = parseDocument(text);
        for (const { range } of problems)
          assert.ok(
            range.start >= 0 && range.end <= Math.max(text.length, range.start),
            JSON.stringify(range),
          );
        walk(root, text.length, 0);
      },
    ),
    { numRuns: 2000 },
  );
});

function walk(node: Node | undefined, length: number, depth: number): void {
  if (node === undefined || depth > 50) return;
  assert.ok(node.range.start >= 0 && node.range.start <= node.range.end && node.range.end <= length);
  if (node.kind === "seq") for (const item of node.items) walk(item, length, depth + 1);
  if (node.kind === "map") for (const entry of node.entries) walk(entry.value, length, depth + 1);
}

test("values are those of the yaml library", () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(value, (json) => {
      const text = stringify({ v: json });
      assert.deepEqual(plain(nodeAt(parseDocument(text).root, "v")), parse(text).v ?? null);
    }),
  );
});

function plain(node: Node | undefined): unknown {
  if (node === undefined) return null;
  if (node.kind === "scalar") return node.value;
  if (node.kind === "seq") return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key.source, plain(value)]));
}

/** What is written wrongly, and what is said about it: one sentence for each place. */
const SLIPS: readonly (readonly [text: string, said: RegExp])[] = [
  ["a: x\n b: 1\n", /a key begins inside of another one's value/],
  ["a: 1\nfoo\nb: 2\n", /a key goes on over several lines/],
  ["a:\n  b: 1\n c: 2\n", /not indented alike/],
  ["a: 1\n\tb: 1\n", /use spaces/],
  ['a: "x\nb: 1\n', /quotation mark is not closed/],
  ["a: [1, 2\nb: 3\n", /“\[” is not closed/],
  ["a: {b: 1\nc: 3\n", /“\{” is not closed/],
  ["a: @x\n", /quote the value/],
  ["a: 'it's'\n", /doubled/],
  ["a: *.example.com\n", /No anchor &\.example\.com .*Quote the value/],
];

test("slips in YAML are named in words for their author, once", () => {
  for (const [text, said] of SLIPS) {
    const { problems } = parseDocument(text);
    assert.equal(problems.length, 1, text);
    assert.match(render(problems[0]?.message ?? { text: "", values: {} }), said);
  }
});

test("an alias is no slip where its anchor stands before it, or where a template may make the anchor", () => {
  assert.deepEqual(parseDocument("a: &x 1\nb: *x\n").problems, []);
  const { text, masks } = maskTemplates("a: {{ .Values.anchor }}\nb: *x\n");
  assert.deepEqual(parseDocument(text, masks).problems, []);
});
