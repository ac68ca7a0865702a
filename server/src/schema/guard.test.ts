import assert from "node:assert/strict";
import { test } from "node:test";
import { isReasonable, withoutSchemaAddress } from "./guard.ts";

test("large but honest documents are looked at", () => {
  const certificates = `data:\n  ca.crt: |\n${"    MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBa\n".repeat(5_000)}`;
  const containers = `containers:\n${"- name: a\n  image: b\n  ports:\n  - containerPort: 80\n".repeat(1_000)}`;
  const shared = `a: &a {x: 1}\n${Array.from({ length: 500 }, (_, i) => `b${i}: *a`).join("\n")}\n`;
  for (const text of ["", certificates, containers, shared])
    assert.equal(isReasonable(text), true, text.slice(0, 50));
});

test("documents that would take too long are not", () => {
  const many = (line: (i: number) => string, between: string) =>
    Array.from({ length: 5_000 }, (_, i) => line(i)).join(between);
  for (const text of [
    "x".repeat(1_000_001),
    `a: ${"[".repeat(600)}`,
    "- ".repeat(600),
    many((i) => `a${i}: 1`, "\n"),
    `a:\n${many((i) => `  - ${i}`, "\n")}`,
    `{${many((i) => `"a${i}": 1`, ", ")}}`,
    "a: &a\n  b: *a\n",
    `a: &a [${"x, ".repeat(1_000)}]\nb: [${"*a, ".repeat(1_000)}]\n`,
  ]) {
    assert.equal(isReasonable(text), false, text.slice(0, 50));
  }
});

test("schema addresses disappear at equal length", () => {
  const text = "# yaml-language-server: $schema=http://example.org\n$schema: x\n";
  const safe = withoutSchemaAddress(text);
  assert.equal(safe.length, text.length);
  assert.ok(!safe.includes("$schema"));
});
