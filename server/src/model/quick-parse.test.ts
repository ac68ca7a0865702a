import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { Schema } from "yaml";
import { fullParse } from "./parse.ts";
import { quickParse } from "./quick-parse.ts";
import { splitDocuments } from "./split.ts";
import { maskTemplates } from "./templates.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const SCHEMA = new Schema({ schema: "core", merge: true, resolveKnownTags: true });
const isUnknown = (_: unknown, source: string) => /\$\{\w/.test(source);
const read = (text: string) => quickParse(text, { schema: SCHEMA, maxDepth: 1_000, isUnknown });

/** The documents of the rules' fixtures and the examples: manifests as people write them. */
const documents = globSync(["server/src/rules/**/*.yaml", "examples/**/*.yaml"], { cwd: root })
  .sort()
  .flatMap((path) => {
    const { text } = maskTemplates(readFileSync(join(root, path), "utf8"));
    // A fixture may hold several files.
    return text
      .split(/^# file: .*\n/m)
      .flatMap((file) => splitDocuments(file).map((range) => file.slice(range.start, range.end)))
      .filter((document) => document.trim() !== "");
  });

/** Where the quick reader reads a text, the full one agrees in every node and range, and that nothing but keys stands twice. */
function assertSame(text: string): boolean {
  const quick = read(text);
  if (quick === undefined) return false;
  const full = fullParse(text, []);
  assert.deepEqual(quick.root, full.root, JSON.stringify(text));
  const repeated = quick.repeated.slice(0, full.problems.length);
  assert.deepEqual(
    repeated.map(({ range }) => range),
    full.problems.map(({ range }) => range),
    JSON.stringify(text),
  );
  for (const { message } of full.problems) assert.match(message.text, /stands twice/);
  assert.equal(quick.repeated.length > 0, full.problems.length > 0, JSON.stringify(text));
  return true;
}

test("real manifests: nearly all are read the quick way, and alike", () => {
  const quick = documents.filter(assertSame).length;
  assert.ok(quick > documents.length * 0.7, `${quick} of ${documents.length}`);
});

/** Texts in the subset, with what is easily read wrong. */
const WITHIN = [
  "a:\nb: 1\n",
  "a:   # c\nb:\n",
  "a:\n- 1\n-\n- - x\n  - y: 1\n    z: 2\nb: 2",
  "- \n-   # c\n- x",
  "a: |\n  x\n\n   y\n  \nb: c",
  "a: |-\n\n  x\n  y",
  "a: >-\n  x\n  y\n\n  z\n    indented\n  w\n",
  "---\n# c\na: 1\n",
  "# above\n--- # c\na: 1",
  'a: []\nb: {}\nc: [ 1, "x" ,y:z]\nd: {a: 1, \'b\': [c], "e" : f}\n',
  "a: 1\nb: -1\nc: 1.5\nd: .5\ne: +1\nf: 007\ng: 1.\nh: 12:30\ni: 1_000\nj: 1.2.3\nk: -x\nl: 10Mi\n",
  "a: Null\nb: ~\nc: True\nd: yes\ne: nullx\n",
  "a: 'it''s'\nb: \"x\\n\\\"\"\n'c d' : \"e\"\n",
  "a: b#c\nd: e # f\ng: http://h:80/i\n",
  "a:\n  # indented\n b: 1\n# less\n c: 2\n",
  "1: x\ntrue: y\n~: z",
  "a: $\u007bX}\nb: $x\n",
  "a: 1\na: {b: 1, b: 2}\nc: {d: 1, 'd': 2}\na: 3\n",
  "---\na: 1\n...\n",
  "a: |\n  x\n\n...\n# c\n",
];

test("everything of the subset is read alike", () => {
  for (const text of WITHIN) assert.ok(assertSame(text), JSON.stringify(text));
});

/** Valid YAML that manifests seldom hold. */
const UNUSUAL = [
  "a: b\n  c\n",
  "? a\n: b\n",
  "a: 1\r\nb:\r\nc: |\r\n  x\r\n\r\nd: 2\r\n",
  "a: [1\n]\n",
  "a: [b: c]\n",
  "a: {b}\n",
  "a: 0x1f\n",
  "a: |2\n   x\n",
  "a: |+\n  x\n\n",
  "a: |\n    x\n  y\n",
  "a: | # | comment\n  x\n",
  "a|b: |\n  x\n",
  "a: |\n\n\nb: 1\n",
  " ---\na: 1\n",
  "%YAML 1.2\n---\na: 1\n",
  `${"- ".repeat(500)}x`,
  `a: ${"[".repeat(500)}${"]".repeat(500)}`,
];

/** Texts that only the full parser may judge. */
const MISTAKES = [
  "",
  "# only\n",
  "---\n",
  "a",
  "a: b: c\n",
  "a: &x 1\nb: *x\n",
  "<<: {a: 1}\n",
  "a: !!str 1\n",
  "? {a: b}\n: b\n",
  "a:\n\tb: 1\n",
  "a:\n    b: 1\n  c: 2\n",
  "a: - b\n",
  'a: "b" c\n',
  'a: "b"# c\n',
  "a: 1\n...\nb: 2\n",
  "a: 1\n---\nb: 2\n",
  "- a\nb: 1\n",
  "a: 1\n- b\n",
];

test("texts out of the ordinary are read alike or left to the full parser", () => {
  for (const text of [...UNUSUAL, ...MISTAKES]) assertSame(text);
});

test("mistakes, anchors, tags and complex keys are left to the full parser", () => {
  for (const text of MISTAKES) assert.equal(read(text), undefined, JSON.stringify(text));
});

const PIECES = [
  " ",
  "  ",
  ":",
  ": ",
  "- ",
  "-",
  "#",
  " #",
  "\n",
  "\n\n",
  "\n  ",
  "'",
  '"',
  "[",
  "]",
  "{",
  "}",
  ",",
  "|",
  ">",
]
  .concat([
    "&a ",
    "*a",
    "!x ",
    "? ",
    "~",
    "0",
    "1.5",
    "---\n",
    "...\n",
    "\\",
    "%",
    "@",
    "\u00e9",
    "\u2028",
    "<<: ",
    "null",
  ])
  .concat([
    "- - ",
    "key: value\n",
    "# c\n",
    "a:b",
    "::",
    "k: |\n    t\n\n     m\n",
    "k: >-\n  f\n  t\n\n  x\n",
    "[a, {b: c}]",
  ])
  .concat(["''", '""', "-1", "- \n", ":\n", '"a": b\n', "'it''s'", '"\\u0041"', " : ", "\t", "\r\n"]);

const mistake = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat(4),
  insert: fc.constantFrom("", ...PIECES),
});

test("manifests with mistakes are read alike or left to the full parser", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...documents),
      fc.array(mistake, { minLength: 1, maxLength: 3 }),
      (text, mistakes) => {
        let broken = text;
        for (const { at, remove, insert } of mistakes) {
          const place = Math.floor(at * broken.length);
          broken = broken.slice(0, place) + insert + broken.slice(place + remove);
        }
        // The parser is given one document at a time.
        for (const { start, end } of splitDocuments(broken)) assertSame(broken.slice(start, end));
      },
    ),
    { numRuns: 500 },
  );
});

test("any text made of YAML's signs is read alike or left to the full parser", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b: c\n", "- d\n", ...PIECES), { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      for (const { start, end } of splitDocuments(text)) assertSame(text.slice(start, end));
    }),
    { numRuns: 1500 },
  );
});
