import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Finding } from "../rules/finding.ts";
import { rules } from "../rules/registry.generated.ts";
import { filesOf } from "../testing/fixtures.ts";
import { type Files, memoryWorkspace } from "../testing/memory-workspace.ts";
import { rewritten } from "../testing/rewriting.ts";
import type { Refactoring } from "./refactoring.ts";
import { refactorings } from "./registry.ts";

// `<id>[.<case>].before.yaml` becomes `.after.yaml`; in `.none.yaml` nothing is offered. `# here` is the cursor; without
// one it is at the start. `# file: path` begins a file.
const here = import.meta.dirname;
const names = readdirSync(here);

for (const refactoring of refactorings) {
  const own = names.filter((name) => name.startsWith(`${refactoring.id}.`));
  const before = own.filter((name) => /\.before\.(?:yaml|json)$/.test(name));
  const none = own.filter((name) => /\.none\.(?:yaml|json)$/.test(name));

  test(`${refactoring.id}: has fixtures with an offer and without`, () => {
    assert.ok(before.length > 0 && none.length > 0);
  });
  for (const name of before) {
    test(`${refactoring.id}: ${name} becomes what is written beside it`, () => become(refactoring, name));
    test(`${refactoring.id}: Windows line ends in ${name} are kept`, () => keepLineEnds(refactoring, name));
  }
  for (const name of none) {
    test(`${refactoring.id}: nothing is offered in ${name}`, () => {
      const files = read(name);
      const places = placesIn(files);
      for (const { path, offset } of places)
        assert.equal(rewritten(files, refactoring, path, offset), undefined, `${path} ${offset}`);
    });
  }
}

function become(refactoring: Refactoring, name: string): void {
  const files = read(name);
  const result = at(files, refactoring);
  assert.ok(result !== undefined, "an offer");
  const actual = joined(result.files);
  const target = join(here, name.replace(".before.", ".after."));
  if (process.env.UPDATE_FIXTURES === "1") writeFileSync(target, actual);
  assert.ok(existsSync(target), `${target} is missing: UPDATE_FIXTURES=1 writes it; then read it`);
  assert.equal(actual, readFileSync(target, "utf8"));
  assert.deepEqual(newFindings(files, result.files), [], "no findings that were not there before");
  const again = at(result.files, refactoring);
  assert.equal(again, undefined, "done once, it is not offered again");
}

function keepLineEnds(refactoring: Refactoring, name: string): void {
  const unix = at(read(name), refactoring);
  const dos = Object.fromEntries(
    Object.entries(read(name)).map(([path, text]) => [path, text.replaceAll("\n", "\r\n")]),
  );
  const result = at(dos, refactoring);
  assert.ok(unix !== undefined && result !== undefined);
  for (const [path, text] of Object.entries(unix.files))
    assert.equal(result.files[path], text.replaceAll("\n", "\r\n"));
}

function at(files: Files, refactoring: Refactoring) {
  const [place] = placesIn(files);
  return place && rewritten(files, refactoring, place.path, place.offset);
}

/** Where the cursor stands: on the line of each mark. */
function placesIn(files: Files): { path: string; offset: number }[] {
  const marked = Object.entries(files).flatMap(([path, text]) =>
    [...text.matchAll(/^.*# here\r?$/gm)].map((match) => ({
      path,
      offset: match.index + (/^\s*/.exec(match[0])?.[0].length ?? 0),
    })),
  );
  return marked.length > 0 ? marked : [{ path: Object.keys(files)[0] ?? "", offset: 0 }];
}

function read(name: string): Files {
  return filesOf(name.replace(/\.before\.|\.none\./, "."), readFileSync(join(here, name), "utf8"));
}

function joined(files: Files): string {
  const entries = Object.entries(files);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined) return first[1];
  return entries.map(([path, text]) => `# file: ${path}\n${text}`).join("");
}

/** Each finding of the recommended profile beyond those that the rewrite began with. */
function newFindings(before: Files, after: Files): string[] {
  const overlay = { profile: "recommended" } as const;
  const old = memoryWorkspace(before, rules, overlay).findings().map(keyOf);
  return memoryWorkspace(after, rules, overlay)
    .findings()
    .map(keyOf)
    .filter((key) => {
      const i = old.indexOf(key);
      if (i >= 0) old.splice(i, 1);
      return i < 0;
    });
}

function keyOf({ ruleId, severity, resource }: Finding): string {
  return `${severity} ${ruleId} ${resource?.kind} ${resource?.name}`;
}
