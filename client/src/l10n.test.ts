import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const client = join(import.meta.dirname, "..");
const bundle: Record<string, string> = JSON.parse(
  readFileSync(join(client, "l10n", "bundle.l10n.zh-cn.json"), "utf8"),
);
const sources = globSync("src/**/*.ts", { cwd: client })
  .filter((path) => !path.endsWith(".test.ts"))
  .map((path) => readFileSync(join(client, path), "utf8"));
const texts = sources.flatMap((text) =>
  [...text.matchAll(/\bl10n\.t\(\s*"([^"]*)"/g)].map((match) => match[1] ?? ""),
);

test("every text of the client is one literal", () => {
  const calls = sources.flatMap((text) => [...text.matchAll(/\bl10n\.t\(/g)]);
  assert.equal(texts.length, calls.length);
});

test("every text of the client is there in Simplified Chinese, and no other", () => {
  assert.deepEqual([...new Set(texts)].sort(), Object.keys(bundle).sort());
});

test("translations keep the placeholders", () => {
  const placeholders = (text: string) => text.match(/\{\d+\}/g)?.sort() ?? [];
  for (const [text, translation] of Object.entries(bundle)) {
    assert.deepEqual(placeholders(translation), placeholders(text));
  }
});
