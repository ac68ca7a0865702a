import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../", import.meta.url);
const used = new Set(placeholders(readJson("package.json")));

for (const file of ["package.nls.json", "package.nls.zh-cn.json"]) {
  const texts = readJson(file) as Record<string, string>;

  test(`${file} has a text for every %key% of package.json`, () => {
    assert.deepEqual(
      [...used].filter((key) => !texts[key]?.trim()),
      [],
    );
  });

  test(`${file} has no text that package.json does not use`, () => {
    assert.deepEqual(
      Object.keys(texts).filter((key) => !used.has(key)),
      [],
    );
  });
}

test("both languages link to the same commands and settings", () => {
  const english = readJson("package.nls.json") as Record<string, string>;
  const chinese = readJson("package.nls.zh-cn.json") as Record<string, string>;
  for (const [key, text] of Object.entries(english)) {
    assert.deepEqual(references(chinese[key] ?? ""), references(text), key);
  }
});

test("every command, and every step of the walkthrough, has the files and ids it names", () => {
  const manifest = JSON.stringify(readJson("package.json"));
  const commands = new Set([...manifest.matchAll(/"command":"(nines\.[\w]+)"/g)].map(([, id]) => id));
  const named = readFileSync(new URL("package.nls.json", root), "utf8").matchAll(/command:(nines\.\w+)/g);
  for (const [, id] of named) assert.ok(commands.has(id), `${id} is not contributed`);
  for (const [, path] of manifest.matchAll(/"markdown":"([^"]+)\.md"/g)) {
    for (const language of ["", ".nls.zh-cn"]) readFileSync(new URL(`${path}${language}.md`, root));
  }
});

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, root), "utf8"));
}

/** The keys of all strings that are `%key%`, wherever they stand. */
function placeholders(value: unknown): string[] {
  if (typeof value === "string") return /^%[^%\s]+%$/.test(value) ? [value.slice(1, -1)] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(placeholders);
}

/** Commands, settings and code that a translation must keep as they are. */
function references(text: string): string[] {
  return [...text.matchAll(/command:[\w.]+|`#?[^`]+`/g)].map(([reference]) => reference).sort();
}
