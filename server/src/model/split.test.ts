import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import { splitDocuments } from "./split.ts";

const parts = (text: string) => splitDocuments(text).map(({ start, end }) => text.slice(start, end));

test("documents are cut at markers, which stay with what follows", () => {
  assert.deepEqual(parts("a: 1\n---\nb: 2\n--- # c\nc: 3\n"), ["a: 1\n", "---\nb: 2\n", "--- # c\nc: 3\n"]);
  assert.deepEqual(parts("---\na: 1\n"), ["---\na: 1\n"]);
  assert.deepEqual(parts(""), [""]);
});

test("a marker inside a block scalar ends the document, one that is indented does not", () => {
  assert.deepEqual(parts("a: |\n  x\n---\nb: 1\n"), ["a: |\n  x\n", "---\nb: 1\n"]);
  assert.deepEqual(parts("a: |\n  ---\n  x\n"), ["a: |\n  ---\n  x\n"]);
  assert.deepEqual(parts("a: 1\n---b\n"), ["a: 1\n---b\n"]);
});

test("directives stay with their document; `...` ends one", () => {
  assert.deepEqual(parts("%YAML 1.2\n---\na: 1\n...\n---\nb: 1\n"), [
    "%YAML 1.2\n---\na: 1\n...\n",
    "---\nb: 1\n",
  ]);
  assert.deepEqual(parts("%YAML 1.2\n---\na: 1\n---\nb: 1\n"), ["%YAML 1.2\n---\na: 1\n", "---\nb: 1\n"]);
  assert.deepEqual(parts("a: 1\r\n---\r\nb: 2\r\n"), ["a: 1\r\n", "---\r\nb: 2\r\n"]);
});

test("only YAML's own line ends count", () => {
  assert.deepEqual(parts('a: "x\u2028--- y"\n'), ['a: "x\u2028--- y"\n']);
});

test("comments above the first marker belong to the document below it", () => {
  assert.deepEqual(parts("\ufeff# licence\n\n  # more\n---\na: 1\n# end\n---\nb: 1\n"), [
    "\ufeff# licence\n\n  # more\n---\na: 1\n# end\n",
    "---\nb: 1\n",
  ]);
  assert.deepEqual(parts("---\n# empty\n---\na: 1\n"), ["---\n# empty\n", "---\na: 1\n"]);
});

test("the parts make up the whole, and hold what a YAML parser sees", () => {
  const line = fc.constantFrom("---", "--- ", "a: 1", "  b: |", "    ---", "# c", "", "- x", "---\r", "...");
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = `${lines.join("\n")}\n`;
      assert.equal(parts(text).join(""), text);
    }),
  );
  const doc = fc.constantFrom("a: 1\n", "a:\n  b: |\n    ---\n    x\n", "# only\nc: 3\n", "- 1\n- 2\n");
  fc.assert(
    fc.property(fc.array(doc, { minLength: 1, maxLength: 5 }), (docs) => {
      const text = docs.join("---\n");
      const whole = parseAllDocuments(text).map((d) => d.toJS());
      assert.deepEqual(
        parts(text).flatMap((part) => parseAllDocuments(part).map((d) => d.toJS())),
        whole,
      );
    }),
  );
});
