import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { applyEdits } from "../fixes/edit.ts";
import { SourceFile } from "../model/document.ts";
import type { Finding } from "../rules/finding.ts";
import { rules } from "../rules/registry.generated.ts";
import { filesOf } from "../testing/fixtures.ts";
import { type Files, memoryWorkspace, uriOf } from "../testing/memory-workspace.ts";
import { rewritten } from "../testing/rewriting.ts";
import { makeHighlyAvailable } from "./make-highly-available.ts";
import type { Rewrite } from "./refactoring.ts";

const folder = join(import.meta.dirname, "..", "rules", "workload");
// The fixtures of the rules hold whatever a workload may lack.
const fixtures = readdirSync(folder).filter((name) => name.endsWith(".bad.yaml"));

test("whatever a workload lacks, afterwards nothing is left that the rules could mend, and nothing is new", () => {
  let taken = 0;
  for (const name of fixtures) {
    const files = filesOf(name, readFileSync(join(folder, name), "utf8"));
    const before = recommended(files);
    for (const place of workloadsIn(files)) {
      const result = rewritten(files, makeHighlyAvailable, place.path, place.offset);
      if (result === undefined) continue;
      const what = `${name}, ${place.key}:\n${result.files[place.path]}`;
      check(before, recommended(result.files), place, what);
      checkParts(files, result.rewrite, what);
      taken++;
    }
  }
  assert.ok(taken > 100, `${taken} workloads`);
});

/** Asked of what runs as several pods, and which class it is only people know. */
const ONLY_OF_SEVERAL = "priority-missing";

function check(before: readonly Finding[], after: readonly Finding[], { key }: Place, what: string): void {
  const left = after.filter((finding) => placeOf(finding) === key && finding.fixes.length > 0);
  assert.deepEqual(
    left.map(({ ruleId }) => ruleId),
    [],
    what,
  );
  const count = (among: readonly Finding[], finding: Finding) =>
    among.filter((one) => one.ruleId === finding.ruleId && placeOf(one) === placeOf(finding)).length;
  for (const finding of after.filter(({ ruleId }) => ruleId !== ONLY_OF_SEVERAL))
    assert.ok(count(after, finding) <= count(before, finding), `${finding.ruleId} is new in ${what}`);
}

/** Each part alone leaves a text that can be read. */
function checkParts(files: Files, { parts, changes }: Rewrite, what: string): void {
  parts.forEach((_, part) => {
    for (const [path, text] of Object.entries(files)) {
      const own = changes.filter((change) => change.part === part && change.uri === uriOf(path));
      const edited = applyEdits(text, own);
      const problems = new SourceFile(
        uriOf(path),
        edited,
        new Set(["Deployment", "StatefulSet", "Rollout"]),
      ).documents
        .flatMap((document) => document.parsed?.problems ?? [])
        .map(({ message }) => message.text);
      if (own.length > 0) assert.deepEqual(problems, [], `part ${part} alone of ${what}\n${edited}`);
    }
  });
}

test("what was done is not offered again, wherever a workload had its offer", () => {
  for (const name of fixtures.slice(0, 12)) {
    const files = filesOf(name, readFileSync(join(folder, name), "utf8"));
    for (const { path, offset, key } of workloadsIn(files).slice(0, 3)) {
      const result = rewritten(files, makeHighlyAvailable, path, offset);
      if (result === undefined) continue;
      const there = workloadsIn(result.files).find((place) => place.key === key);
      const again = rewritten(result.files, makeHighlyAvailable, path, there?.offset ?? 0);
      assert.deepEqual(again?.rewrite.changes ?? [], [], `${name}, ${key}`);
    }
  }
});

function recommended(files: Files): readonly Finding[] {
  return memoryWorkspace(files, rules, { profile: "recommended" }).findings();
}

interface Place {
  readonly path: string;
  readonly offset: number;
  readonly key: string;
}

function workloadsIn(files: Files): Place[] {
  const { file } = memoryWorkspace(files, rules);
  return Object.keys(files).flatMap((path) =>
    file(path).documents.flatMap((document) =>
      document.resources.flatMap((resource) =>
        resource.name !== undefined && ["Deployment", "StatefulSet", "Rollout"].includes(resource.kind)
          ? [{ path, offset: document.start + resource.root.range.start, key: keyOf(uriOf(path), resource) }]
          : [],
      ),
    ),
  );
}

function placeOf({ document, resource }: Finding): string {
  return resource === undefined ? document.uri : keyOf(document.uri, resource);
}

function keyOf(uri: string, { kind, namespace, name }: NonNullable<Finding["resource"]>): string {
  return `${uri} ${kind} ${namespace ?? ""} ${name}`;
}
