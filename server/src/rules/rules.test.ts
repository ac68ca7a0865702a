import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { expectedIn, filesOf, placeOf } from "../testing/fixtures.ts";
import { type Files, type MemoryWorkspace, memoryWorkspace } from "../testing/memory-workspace.ts";
import type { Finding } from "./finding.ts";
import { domains, rules } from "./registry.generated.ts";
import type { Rule } from "./rule.ts";
import { atLeast } from "./severity.ts";

const here = dirname(fileURLToPath(import.meta.url));

for (const rule of rules) {
  const folder = join(here, domains[rule.id] ?? "");
  const names = readdirSync(folder).filter((name) => name.startsWith(`${rule.id}.`) && !name.endsWith(".ts"));
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  // `<id>.bad.yaml`, and any number of `<id>.<case>.bad.yaml` beside it.
  const bad = names.filter((name) => /\.bad\.(?:yaml|json)$/.test(name));
  const good = names.filter((name) => /\.good\.(?:yaml|json)$/.test(name));

  test(`${rule.id}: has fixtures that fire and fixtures that do not`, () => {
    assert.ok(bad.includes(`${rule.id}.bad.yaml`), "bad fixture");
    assert.ok(good.includes(`${rule.id}.good.yaml`), "good fixture");
  });
  for (const name of bad) {
    test(`${rule.id}: ${name} gives exactly the marked findings`, () =>
      compare(rule, filesOf(name, read(name)), true));
    test(`${rule.id}: fixes of ${name} remove their finding and add none`, () =>
      eachFix(filesOf(name, read(name))));
    const fixed = name.replace(".bad.", ".fixed.");
    if (rule.fixIds.length > 0) {
      test(`${rule.id}: preferred fixes turn ${name} into ${fixed}`, () => {
        const actual = joined(fixAll(rule, name, read(name)), name);
        if (process.env.UPDATE_FIXTURES === "1") writeFileSync(join(folder, fixed), actual);
        assert.ok(
          existsSync(join(folder, fixed)),
          `${fixed} is missing: UPDATE_FIXTURES=1 writes it; then read it`,
        );
        assert.equal(actual, read(fixed));
      });
    }
  }
  for (const name of good)
    test(`${rule.id}: ${name} is silent`, () => compare(rule, filesOf(name, read(name)), false));
}

function compare(rule: Rule, files: Files, fires: boolean): void {
  const world = memoryWorkspace(files, [rule]);
  const actual = world.findings().map((finding) => describe(world, finding));
  const expected = expectedIn(files).filter((mark) => mark.ruleId === rule.id);
  assert.equal(expected.length > 0, fires, "markers in the fixture");
  for (const mark of expected) {
    const i = actual.findIndex(
      (f) =>
        f.file === mark.file &&
        f.line === mark.line &&
        f.ruleId === mark.ruleId &&
        (mark.column === undefined || (f.column === mark.column && f.length === mark.length)),
    );
    assert.notEqual(i, -1, `missing ${JSON.stringify(mark)} among ${JSON.stringify(actual, null, 1)}`);
    actual.splice(i, 1);
  }
  assert.deepEqual(actual, [], "unexpected findings");
}

function describe(world: MemoryWorkspace, finding: Finding) {
  const { document, range, ruleId } = finding;
  const file = document.uri.slice("file:///w/".length);
  const place = placeOf(world.file(file).text, document.start + range.start, document.start + range.end);
  return { file, ruleId, ...place, message: finding.message };
}

/** Every offered fix, alone: its finding goes, nothing as severe comes, and a second run changes nothing. */
function eachFix(files: Files): void {
  const world = memoryWorkspace(files, rules);
  const before = world.findings();
  for (const finding of before) {
    for (const fix of finding.fixes) {
      const after = memoryWorkspace(world.after(fix), rules).findings();
      const remaining = after.filter((other) => key(other) === key(finding)).length;
      const had = before.filter((other) => key(other) === key(finding)).length;
      assert.ok(
        remaining < had,
        `${fix.id} of ${finding.ruleId} leaves its finding:\n${joined(world.after(fix), "x")}`,
      );
      for (const other of after) {
        const isNew =
          after.filter((f) => key(f) === key(other)).length >
          before.filter((f) => key(f) === key(other)).length;
        assert.ok(
          !isNew || !atLeast(other.severity, finding.severity),
          `${fix.id} of ${finding.ruleId} adds ${other.ruleId}: ${JSON.stringify(other.message)}\n${joined(world.after(fix), "x")}`,
        );
      }
    }
  }
}

function key(finding: Finding): string {
  const { resource } = finding;
  return `${finding.ruleId} ${resource?.kind} ${resource?.namespace} ${resource?.name} ${finding.document.uri}`;
}

/** All preferred fixes of one rule, until none is left. */
function fixAll(rule: Rule, name: string, text: string): Files {
  let files = filesOf(name, text);
  for (let round = 0; round < 100; round++) {
    const world = memoryWorkspace(files, [rule]);
    const fix = world.findings().flatMap((finding) => finding.fixes.find((f) => f.preferred) ?? [])[0];
    if (fix === undefined) return files;
    const after = world.after(fix);
    assert.notDeepEqual(after, files, "a fix changes something");
    files = after;
  }
  throw new Error("the fixes never end");
}

function joined(files: Files, name: string): string {
  const entries = Object.entries(files);
  if (entries.length === 1 && entries[0]?.[0] === name) return entries[0][1];
  return entries.map(([path, text]) => `# file: ${path}\n${text}`).join("");
}
