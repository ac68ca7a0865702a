import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { documentOf, findings, service } from "../testing/schema-service.ts";

describe("hostile documents end quickly and harm nobody", () => {
  const head = "apiVersion: v1\nkind: ConfigMap\n";
  const bomb = Array.from({ length: 30 }, (_, i) => `a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}]`).slice(1);
  const texts: Record<string, string> = {
    "alias bomb": `${head}a0: &a0 [x]\n${bomb.join("\n")}\n`,
    "merge bomb": `${head}m0: &m0 {k: 1}\n${Array.from({ length: 40 }, (_, i) => `m${i + 1}: &m${i + 1}\n  <<: [*m${i}, *m${i}]`).join("\n")}\n`,
    "alias to its own anchor": `${head}data: &a\n  b: *a\n`,
    "brackets 20,000 deep": `${head}data: ${"[".repeat(20_000)}`,
    "lists 20,000 deep": `${head}data:\n${"- ".repeat(20_000)}x\n`,
    "maps 2,000 deep": `${head}${Array.from({ length: 2_000 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")}\n`,
    "5 MB on a line": `${head}data:\n  a: ${"x".repeat(5_000_000)}\n`,
    "50,000 unknown fields": `${head}${Array.from({ length: 50_000 }, (_, i) => `f${i}: 1`).join("\n")}\n`,
    "NULs and keys named like JavaScript's own": `${head}data: {__proto__: 1, constructor: 2, "\0": 3}\n`,
    "types all wrong": `${head}metadata: [1, {a: !!set {b}}]\ndata: !!binary aGk=\nimmutable: {}\n`,
  };
  for (const [what, text] of Object.entries(texts)) {
    test(what, { timeout: 10_000 }, async () => {
      const document = documentOf(text);
      await service.validate(document);
      await service.hover(document, head.length + 1);
      await service.complete(document, text.length);
      assert.equal((await findings(documentOf("apiVersion: v1\nkind: ConfigMap\ndata: {a: 1}\n"))).length, 1);
    });
  }
});
