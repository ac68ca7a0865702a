import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { builtInChecks } from "../server/src/config/built-in.ts";
import { rules } from "../server/src/rules/registry.generated.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const catalogue: Record<string, string> = JSON.parse(read("server/l10n/bundle.l10n.zh-cn.json"));

const LITERAL = /^\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/;

/** The English sentences in the calls of `t` in the server's sources, with where they stand. */
const sentences = globSync("server/src/**/*.ts", { cwd: root })
  .map((path) => path.split(sep).join("/"))
  .filter((path) => !path.endsWith(".test.ts") && !path.includes("/testing/"))
  .flatMap((path) => {
    const text = read(path);
    return [...text.matchAll(/(?<![\w.])t\(/g)]
      .filter((match) => !/function $/.test(text.slice(0, match.index)))
      .map((match) => ({ path, literal: LITERAL.exec(text.slice(match.index + match[0].length))?.[1] }));
  });

/** Titles of rules and checks are shown too. */
const titles = [...rules.map((rule) => rule.title), ...builtInChecks.map((check) => check.title)];
const english = [
  ...sentences.flatMap(({ literal }) => (literal === undefined ? [] : [evaluate(literal)])),
  ...titles,
];

function evaluate(literal: string): string {
  return literal.startsWith('"') ? JSON.parse(literal) : literal.slice(1, -1).replace(/\\(.)/g, "$1");
}

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test("every sentence is one literal, so that it can be translated", () => {
  assert.deepEqual(
    sentences.filter(({ literal }) => literal === undefined),
    [],
  );
  assert.ok(english.length > 20);
});

test("every sentence and title is there in Simplified Chinese", () => {
  assert.deepEqual(
    [...new Set(english)].filter((text) => !Object.hasOwn(catalogue, text)),
    [],
  );
});

test("translations keep the placeholders and are Chinese", () => {
  for (const [source, translation] of Object.entries(catalogue)) {
    assert.deepEqual([...new Set(placeholders(translation))], [...new Set(placeholders(source))], source);
    const hasWords = /[a-z]/i.test(source.replace(/\{\w+\}/g, ""));
    if (hasWords) assert.match(translation, /[\u4e00-\u9fff]/, source);
  }
});

test("no translation is left over", () => {
  const used = new Set(english);
  assert.deepEqual(
    Object.keys(catalogue).filter((text) => !used.has(text)),
    [],
  );
});
