import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { SourceFile } from "../model/document.ts";
import { type MapNode, nodeAt, type SeqNode } from "../model/node.ts";
import { applyEdits, type DocumentEdit } from "./edit.ts";
import { appendItem, moveItemBefore, moveItemLast } from "./list-edit.ts";
import { addDocument, insertEntry, removeEntry, setPath } from "./yaml-edit.ts";

function open(text: string) {
  const file = new SourceFile("file:///w/a.yaml", text, new Set(["X"]));
  const resource = file.documents[0]?.resources[0];
  assert.ok(resource, "fixture holds a resource");
  return { resource, document: resource.document };
}

const HEAD = "apiVersion: v1\nkind: X\n";

function edited(
  text: string,
  make: (opened: ReturnType<typeof open>) => readonly DocumentEdit[] | DocumentEdit | undefined,
) {
  const opened = open(text);
  const edits = [make(opened) ?? []].flat();
  return applyEdits(
    text,
    edits.map((edit) => ({ range: opened.document.inFile(edit.range), newText: edit.newText })),
  );
}

test("a scalar is replaced in place", () => {
  const text = `${HEAD}spec:\n  a: "1" # why\n`;
  assert.equal(
    edited(text, ({ resource }) => setPath(resource, "spec.a", 2)),
    `${HEAD}spec:\n  a: 2 # why\n`,
  );
  assert.equal(
    edited(`${HEAD}spec:\n  a:\n  b: 1\n`, ({ resource }) => setPath(resource, "spec.a", 2)),
    `${HEAD}spec:\n  a: 2\n  b: 1\n`,
  );
});

test("a key goes where it is asked to, in the style of its neighbours", () => {
  const text = `${HEAD}spec:\n    # first\n    a: 1 # one\n    # second\n    b: |\n        text\n    c: 3\n`;
  const after = (key: string) =>
    edited(text, ({ resource }) => setPath(resource, "spec.x.y", [1], { after: [key] }));
  assert.equal(after("a"), text.replace("# one\n", "# one\n    x:\n        y:\n            - 1\n"));
  assert.equal(after("b"), text.replace("text\n", "text\n    x:\n        y:\n            - 1\n"));
  assert.equal(after("nowhere"), `${text}    x:\n        y:\n            - 1\n`);
  const before = edited(text, ({ resource }) => setPath(resource, "spec.x", true, { before: ["c"] }));
  assert.equal(before, text.replace("    c: 3", "    x: true\n    c: 3"));
  const commented = edited(text, ({ resource }) => setPath(resource, "spec.x", true, { before: ["b"] }));
  assert.equal(commented, text.replace("    # second", "    x: true\n    # second"));
});

test("a map of nothing but a merge key keeps it", () => {
  const text = (x: string) => `${HEAD}base: &b {a: 1}\nspec:\n  x: ${x}\n`;
  const set = (x: string) => edited(text(x), ({ resource }) => setPath(resource, "spec.x.c", 2));
  assert.equal(set("{ <<: *b }"), text("{ <<: *b, c: 2 }"));
  assert.equal(set("\n    <<: *b"), text("\n    <<: *b\n    c: 2"));
});

test("line ends, missing final line ends and flow style are kept", () => {
  const crlf = `${HEAD}spec:\n  a: 1\n`.replaceAll("\n", "\r\n");
  assert.equal(
    edited(crlf, ({ resource }) => setPath(resource, "spec.b.c", 2)),
    `${crlf}  b:\r\n    c: 2\r\n`,
  );
  assert.equal(
    edited(`${HEAD}spec:\n  a: 1`, ({ resource }) => setPath(resource, "spec.b", 2)),
    `${HEAD}spec:\n  a: 1\n  b: 2`,
  );
  assert.equal(
    edited(`${HEAD}spec: {a: 1} # c\n`, ({ resource }) => setPath(resource, "spec.b.c", 2)),
    `${HEAD}spec: {a: 1, b: {c: 2}} # c\n`,
  );
  assert.equal(
    edited(`${HEAD}spec: {}\n`, ({ resource }) => setPath(resource, "spec.b.c", 2)),
    `${HEAD}spec:\n  b:\n    c: 2\n`,
  );
});

test("JSON stays JSON", () => {
  const text = '{\n  "apiVersion": "v1",\n  "kind": "X",\n  "spec": {\n    "a": 1\n  }\n}\n';
  const result = edited(text, ({ resource }) => setPath(resource, "spec.b", { c: "d" }));
  assert.equal(result, text.replace('"a": 1', '"a": 1,\n    "b": {"c":"d"}'));
  JSON.parse(result);
});

test("removing an entry takes its line and leaves the comments around it", () => {
  const remove = (text: string, key: string) =>
    edited(text, ({ resource, document }) => removeEntry(document, resource.get("spec") as MapNode, key));
  assert.equal(remove(`${HEAD}spec:\n  # a\n  a: 1\n  b: 2 # two\n`, "b"), `${HEAD}spec:\n  # a\n  a: 1\n`);
  assert.equal(remove(`${HEAD}spec: {a: 1, b: 2}\n`, "b"), `${HEAD}spec: {a: 1}\n`);
  assert.equal(remove(`${HEAD}spec: {a: 1, b: 2}\n`, "a"), `${HEAD}spec: {b: 2}\n`);
  assert.equal(remove(`${HEAD}spec:\n  a: 1\n`, "a"), `${HEAD}spec:\n  {}\n`);
  const list = `${HEAD}spec:\n  - a: 1\n    b: 2\n`;
  const first = edited(list, ({ resource, document }) =>
    removeEntry(document, nodeAt(resource.root, ["spec", 0]) as MapNode, "a"),
  );
  assert.equal(first, `${HEAD}spec:\n  - b: 2\n`);
});

test("list items are added and moved with the comments above them", () => {
  const text = `${HEAD}spec:\n- a: 1 # one\n# about two\n- b: 2\n- c:\n    d: 3\n`;
  const seq = (opened: ReturnType<typeof open>) => opened.resource.get("spec") as SeqNode;
  assert.equal(
    edited(text, (o) => appendItem(o.document, seq(o), { e: 4, f: 5 })),
    `${text}- e: 4\n  f: 5\n`,
  );
  assert.equal(
    edited(text, (o) => moveItemLast(o.document, seq(o), 1)),
    `${HEAD}spec:\n- a: 1 # one\n- c:\n    d: 3\n# about two\n- b: 2\n`,
  );
  assert.equal(
    edited(text, (o) => moveItemBefore(o.document, seq(o), 2, 1)),
    `${HEAD}spec:\n- a: 1 # one\n- c:\n    d: 3\n# about two\n- b: 2\n`,
  );
  assert.equal(
    edited(text.trimEnd(), (o) => moveItemBefore(o.document, seq(o), 2, 0)),
    `${HEAD}spec:\n- c:\n    d: 3\n- a: 1 # one\n# about two\n- b: 2\n`,
  );
  const flow = `${HEAD}spec: [a, b, c]\n`;
  assert.equal(
    edited(flow, (o) => moveItemBefore(o.document, seq(o), 2, 0)),
    `${HEAD}spec: [c, a, b]\n`,
  );
  assert.equal(
    edited(flow, (o) => moveItemLast(o.document, seq(o), 0)),
    `${HEAD}spec: [b, c, a]\n`,
  );
});

test("a document is added behind its neighbour", () => {
  assert.equal(
    edited(`${HEAD}a: 1`, ({ document }) => addDocument(document, { b: [1] })),
    `${HEAD}a: 1\n---\nb:\n  - 1\n`,
  );
});

test("whatever is inserted into whatever manifest: the rest stays, byte for byte and value for value", () => {
  const key = fc.constantFrom("a", "b", "c", "d");
  const value = fc.letrec((tie) => ({
    v: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom("1", '"q"', "|\n      t\n      u", "[x, y]", "{m: n}", "*nothing".slice(8)),
      tie("v"),
    ),
  })).v as fc.Arbitrary<string>;
  const spec = fc.uniqueArray(fc.tuple(key, value), { selector: ([k]) => k, minLength: 1 });
  fc.assert(
    fc.property(
      spec,
      fc.boolean(),
      fc.boolean(),
      key,
      fc.jsonValue({ maxDepth: 2 }),
      (entries, crlf, final, after, added) => {
        let text = `${HEAD}spec:\n${entries.map(([k, v]) => `    ${k}: ${v} # of ${k}`.replace(/(\|.*) #.*$/s, "$1")).join("\n")}`;
        if (final) text += "\n";
        if (crlf) text = text.replaceAll("\n", "\r\n");
        const result = edited(text, ({ document, resource }) =>
          insertEntry(document, resource.get("spec") as MapNode, "zz", added as never, { after: [after] }),
        );
        const expected = parse(text);
        assert.deepEqual(parse(result), { ...expected, spec: { ...expected.spec, zz: added } }, result);
        for (const [k, v] of entries)
          if (!v.startsWith("|")) assert.ok(result.includes(`# of ${k}`), "comments stay");
      },
    ),
  );
});
