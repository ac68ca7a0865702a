import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { World } from "../../server/src/effective/meaning.ts";
import { meaningsIn, meaningTypes } from "../../server/src/effective/meanings.ts";
import { sharingRoutesOf, summaryOfRoute } from "../../server/src/effective/route-summary.ts";
import { summaryOfWorkload } from "../../server/src/effective/workload-summary.ts";
import type { SourceFile } from "../../server/src/model/document.ts";
import { type Message, render } from "../../server/src/model/message.ts";
import { contains } from "../../server/src/model/range.ts";
import { rules } from "../../server/src/rules/registry.generated.ts";
import { filesOf } from "../../server/src/testing/fixtures.ts";
import { type Files, uriOf } from "../../server/src/testing/memory-workspace.ts";
import { Workspace } from "../../server/src/workspace/workspace.ts";
import { fixtures, fuzzRuns } from "./fixtures.ts";
import { hostileTexts } from "./inputs.ts";
import { manifests } from "./manifests.ts";
import { mutated } from "./mutations.ts";

const SECONDS = 60;
const folder = join(import.meta.dirname, "..", "..", "server", "src", "effective", "fixtures");
const own = readdirSync(folder).map((name) => filesOf(name, readFileSync(join(folder, name), "utf8")));

test("whatever is typed into a manifest, what is told about it is sound", () => {
  const broken = mutated([...own, ...own, ...fixtures.map(({ files }) => files)]);
  fc.assert(fc.property(broken, assertSound), { numRuns: 500 * fuzzRuns });
});

test("whatever a manifest says, what is told about it is sound", () => {
  fc.assert(fc.property(manifests, assertSound), { numRuns: 300 * fuzzRuns });
});

for (const [what, make] of Object.entries(hostileTexts)) {
  test(`${what}: what is told about it is sound, and known in seconds`, () => {
    const workspace = workspaceOf({ "hostile.yaml": make().text });
    const started = performance.now();
    assertWorkspace(workspace);
    assert.ok((performance.now() - started) / 1000 < SECONDS);
  });
}

function assertSound(files: Files): void {
  assertWorkspace(workspaceOf(files));
}

function workspaceOf(files: Files): Workspace {
  const workspace = new Workspace([...rules.flatMap(({ types }) => types), ...meaningTypes]);
  for (const [path, text] of Object.entries(files)) workspace.set(uriOf(path), text);
  workspace.markComplete();
  return workspace;
}

/** Everything the editor says about the values of these files stands inside them and has no holes. */
function assertWorkspace(workspace: Workspace): void {
  const world: World = {
    snapshot: workspace.snapshot(),
    topology: { nodes: 4, zones: ["a", "b"], sites: undefined },
  };
  for (const file of workspace.files()) assertFile(file, world);
}

function assertFile({ documents }: SourceFile, world: World): void {
  for (const document of documents) {
    const whole = { start: 0, end: document.text.length };
    for (const { range, at, label, longLabel, details } of meaningsIn(document, whole, world)) {
      assert.ok(contains(whole, range) && at >= 0 && at <= whole.end, `${range.start}-${range.end} at ${at}`);
      for (const said of [label, longLabel, ...details]) if (said !== undefined) assertSaid(said);
    }
    for (const resource of document.resources) {
      summaryOfWorkload(world.snapshot, resource)?.parts.forEach(assertSaid);
      for (const route of sharingRoutesOf(world.snapshot, resource))
        summaryOfRoute(world.snapshot, route).parts.forEach(assertSaid);
    }
  }
}

function assertSaid(message: Message): void {
  const text = render(message);
  assert.doesNotMatch(text, /undefined|\[object|NaN|Infinity|(?<!\$)\{\w+\}|: -\d/);
  assert.ok(text.length < 20_000, `${text.slice(0, 100)}… is ${text.length} characters long`);
}
