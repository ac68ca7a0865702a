import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { render } from "../../server/src/model/message.ts";
import { rules } from "../../server/src/rules/registry.generated.ts";
import { subjectsIn } from "../../server/src/survival/subjects.ts";
import { SCENARIOS } from "../../server/src/survival/verdict.ts";
import { type Files, uriOf } from "../../server/src/testing/memory-workspace.ts";
import { Workspace } from "../../server/src/workspace/workspace.ts";
import { fixtures, fuzzRuns } from "./fixtures.ts";
import { hostileTexts } from "./inputs.ts";
import { manifests } from "./manifests.ts";
import { mutated } from "./mutations.ts";

const SECONDS = 60;
const TOPOLOGIES = [
  { nodes: 4, zones: ["a", "b"], sites: undefined },
  { nodes: undefined, zones: undefined, sites: undefined },
  { nodes: 0, zones: [], sites: undefined },
];

test("whatever is typed into a manifest, what is guaranteed is sound", () => {
  fc.assert(fc.property(mutated(fixtures.map(({ files }) => files)), assertSound), {
    numRuns: 300 * fuzzRuns,
  });
});

test("whatever a manifest says, what is guaranteed is sound", () => {
  fc.assert(fc.property(manifests, assertSound), { numRuns: 300 * fuzzRuns });
});

for (const [what, make] of Object.entries(hostileTexts)) {
  test(`${what}: what is guaranteed is sound, and known in seconds`, () => {
    const started = performance.now();
    assertSound({ "hostile.yaml": make().text });
    assert.ok((performance.now() - started) / 1000 < SECONDS);
  });
}

/** Numbers lie within what there is, no promise is empty, and sentences have no holes. */
function assertSound(files: Files): void {
  const workspace = new Workspace(rules.flatMap(({ types }) => types));
  for (const [path, text] of Object.entries(files)) workspace.set(uriOf(path), text);
  workspace.markComplete();
  const documents = [...workspace.files()].flatMap((file) => file.documents);
  for (const topology of TOPOLOGIES)
    for (const { posture } of documents.flatMap((document) =>
      subjectsIn(workspace.snapshot(), document, topology),
    ))
      for (const scenario of SCENARIOS) {
        const { state, stay, of, sentences } = posture[scenario];
        assert.ok(sentences.length > 0);
        for (const sentence of sentences) {
          const holes = sentence.text.match(/\{\w+\}/g) ?? [];
          assert.ok(
            holes.every((hole) => Object.hasOwn(sentence.values, hole.slice(1, -1))),
            render(sentence),
          );
          assert.ok(
            Object.values(sentence.values).every((value) => value !== undefined && !Number.isNaN(value)),
          );
        }
        if (stay === undefined || of === undefined) continue;
        assert.ok(Number.isInteger(stay) && stay >= 0 && stay <= of, `${scenario}: ${stay} of ${of}`);
        if (state === "guaranteed") assert.ok(stay > 0);
      }
}
