import assert from "node:assert/strict";
import { test } from "node:test";
import type { Node } from "../../server/src/model/node.ts";
import { uriOf } from "../../server/src/testing/memory-workspace.ts";
import { fixtures, fuzzRuns } from "./fixtures.ts";
import { World } from "./judge.ts";

/** What authors, templates and attackers put where something else belongs. */
const VALUES = [
  ...[
    "null",
    "~",
    '""',
    "x",
    "0",
    "-1",
    "1e999",
    ".nan",
    "99999999999999999999",
    "0x10",
    "3.5",
    "true",
    "on",
  ],
  ...[
    "[]",
    "{}",
    "[[]]",
    "[null]",
    "[{}]",
    "[[[1]]]",
    "{a: b}",
    "{null: null}",
    "{? [a] : b}",
    "{x: {y: [1]}}",
  ],
  ...[
    "100%",
    "-5%",
    "1000000000000%",
    "%",
    '"1"',
    "{{ .Values.x }}",
    `\${X}`,
    "*missing",
    "!!set {a}",
    "'\\d+(a+)+$'",
  ],
  ...[
    "{__proto__: {a: 1}}",
    "[__proto__, constructor]",
    `"${"x".repeat(3000)}"`,
    '"*"',
    '"*.example.com"',
    '"a.b.c"',
    "/",
  ],
];

/** All of them take minutes; one in eight finds what there is to find within a few runs. */
const STRIDE = 8;

for (const { name, files } of fixtures) {
  test(`${name}: a value of the wrong type anywhere breaks nothing`, () => {
    const world = new World(files);
    for (const [path, text] of Object.entries(files)) {
      const nodes = valuesIn(world, path);
      for (let run = 0; run < fuzzRuns; run++) {
        for (const [i, node] of nodes.entries()) {
          if ((i + run + name.length) % STRIDE !== 0) continue;
          const value = VALUES[(i * 7 + name.length * 3 + run * 11) % VALUES.length] ?? "";
          world.set(path, `${text.slice(0, node.start)} ${value} ${text.slice(node.end)}`);
          assert.doesNotThrow(() => world.findings(), `${path}:${node.start} ${value}`);
        }
      }
      world.set(path, text);
    }
  });
}

/** The range of every value of a file, collections too, once each. */
function valuesIn(world: World, path: string): { start: number; end: number }[] {
  const file = world.workspace.file(uriOf(path));
  return (file?.documents ?? []).flatMap((document) =>
    document.parsed?.root === undefined
      ? []
      : nodesBelow(document.parsed.root).map(({ range }) => document.inFile(range)),
  );
}

function nodesBelow(node: Node): Node[] {
  const own =
    node.kind === "map"
      ? node.entries.filter((entry) => !entry.inherited).map((entry) => entry.value)
      : node.kind === "seq"
        ? node.items
        : [];
  return [node, ...own.flatMap(nodesBelow)];
}
