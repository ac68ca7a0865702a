import assert from "node:assert/strict";
import { test } from "node:test";
import type { Files } from "../../server/src/testing/memory-workspace.ts";
import { exampleFiles, readExample } from "../example-defects.ts";
import { assertStillYaml, findingsOf, keyOf, round, withFixes } from "./fixing.ts";
import { fixtures } from "./fixtures.ts";

const ROUNDS = 10;

/** A spread that counted no pod asks for nothing; once it counts them, it may turn out to ask for too much. */
const REVEALED = "spread-unsatisfiable";

const examples = Object.fromEntries(exampleFiles().map((file) => [file, readExample(file)]));
for (const { name, files } of [...fixtures, { name: "examples", files: examples }]) {
  test(`${name}: making every safe fix ends, leaves nothing to fix and adds no finding`, () => {
    const before = findingsOf(files).map(keyOf);
    const after = fixAll(files);
    assertStillYaml(files, after, "fix-all");
    for (const finding of findingsOf(after)) {
      const isKnown = before.includes(keyOf(finding)) || finding.ruleId === REVEALED;
      assert.ok(isKnown || finding.severity === "info", `new: ${keyOf(finding)}`);
    }
  });
}

/** All rules' preferred fixes, round by round. */
function fixAll(files: Files): Files {
  let current = files;
  for (let i = 0; i < ROUNDS; i++) {
    const fixes = round(findingsOf(current));
    if (fixes.length === 0) return current;
    const next = withFixes(current, fixes);
    assert.notDeepEqual(next, current, `${fixes.map((fix) => fix.id)} change nothing`);
    current = next;
  }
  return assert.fail(
    `still to fix after ${ROUNDS} rounds: ${round(findingsOf(current)).map(({ id }) => id)}\n${JSON.stringify(current)}`,
  );
}
