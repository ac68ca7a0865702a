import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { maskTemplates } from "./templates.ts";

const kinds = (text: string) => maskTemplates(text).masks.map((mask) => mask.kind);

test("an action inside a line becomes a word of the same length", () => {
  const { text, masks } = maskTemplates("replicas: {{ .Values.replicas }}\n");
  assert.equal(text, "replicas: xxxxxxxxxxxxxxxxxxxxxx\n");
  assert.deepEqual(masks, [{ kind: "value", start: 10, end: 32 }]);
});

test("an action on a line of its own becomes a comment", () => {
  const { text } = maskTemplates("spec:\n  {{- if .x }}\n  a: 1\n  {{- end }}\n");
  assert.equal(text, "spec:\n  #xxxxxxxxxxx\n  a: 1\n  #xxxxxxxxx\n");
  assert.deepEqual(kinds("  {{- if a }}\n"), ["structure"]);
  assert.deepEqual(kinds('{{ if a }}{{ include "b" . }}\n'), ["structure", "structure"]);
});

test("braces in strings and comments of an action do not end it", () => {
  assert.equal(maskTemplates('a: {{ "}}" }}b').text, "a: xxxxxxxxxxb");
  assert.equal(maskTemplates("a: {{ `}}` }}b").text, "a: xxxxxxxxxxb");
  assert.equal(maskTemplates("{{/* a }} \n b */}}\na: 1\n").text, "#xxxxxxxxx\n#xxxxxx\na: 1\n");
});

test("flow maps that close twice and unclosed actions are left alone", () => {
  assert.equal(maskTemplates("a: {b: {c: 1}}\n").text, "a: {b: {c: 1}}\n");
  assert.equal(maskTemplates("a: {{ b\n").text, "a: {{ b\n");
});

test("every text keeps its length and its line ends", () => {
  const piece = fc.constantFrom(
    "{{",
    "}}",
    "{",
    '"',
    "`",
    "/*",
    "*/",
    "\n",
    "\r\n",
    " ",
    "a: b",
    "- ",
    "-",
    "\\",
    "é",
  );
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join("")),
      (text) => {
        const masked = maskTemplates(text);
        assert.equal(masked.text.length, text.length);
        assert.equal(masked.text.replace(/[^\r\n]/g, ""), text.replace(/[^\r\n]/g, ""));
        for (const { start, end } of masked.masks)
          assert.equal(text.slice(start, start + 2), "{{", `${start}-${end}`);
      },
    ),
  );
});
