import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { applyEdits, areDisjoint } from "../../server/src/fixes/edit.ts";
import { render } from "../../server/src/model/message.ts";
import { contains } from "../../server/src/model/range.ts";
import { completeNames } from "../../server/src/symbols/complete.ts";
import { definitionsOf, mentionsAt, mentionsIn, usesOf } from "../../server/src/symbols/find.ts";
import { highlightsAt } from "../../server/src/symbols/highlight.ts";
import { type OutlineItem, outlineOf } from "../../server/src/symbols/outline.ts";
import { type NameEdit, prepareRename, renameAt } from "../../server/src/symbols/rename.ts";
import type { World } from "../../server/src/symbols/world.ts";
import { asPlain } from "../../server/src/symbols/written.ts";
import { type Files, memoryWorkspace, uriOf } from "../../server/src/testing/memory-workspace.ts";
import { fixtures, fuzzRuns } from "./fixtures.ts";
import { mutated } from "./mutations.ts";

const texts = fixtures.map(({ files }) => files);
const NEW_NAME = "renamed";

function worldOf(files: Files): World {
  const { workspace } = memoryWorkspace(files, []);
  return { snapshot: workspace.snapshot(), files: () => workspace.files() };
}

test("whatever is typed, names are asked for and answered inside the text", () => {
  fc.assert(
    fc.property(mutated(texts), fc.nat(1_000_000), (files, chosen) => {
      const world = worldOf(files);
      const documents = [...world.files()].flatMap((file) => file.documents);
      const document = documents[chosen % documents.length];
      if (document === undefined) return;
      const whole = { start: 0, end: document.text.length };
      const offset = chosen % (document.text.length + 1);
      for (const { range } of completeNames(world, document, offset).items)
        assert.ok(contains(whole, range) && range.start <= offset && offset <= range.end, "completion");
      for (const { mention } of mentionsAt(document, offset)) {
        assert.ok(contains(whole, mention.range));
        if (mention.exact)
          assert.equal(document.text.slice(mention.range.start, mention.range.end), mention.text);
        definitionsOf(world, mention).flatMap((definition) => usesOf(world, definition));
      }
      for (const { document: own, range } of highlightsAt(world, document, offset))
        assert.ok(contains({ start: 0, end: own.text.length }, range), "highlight");
      prepareRename(world, document, offset);
      const renaming = renameAt(world, document, offset, NEW_NAME);
      if (renaming !== undefined && "edits" in renaming) assertSound(renaming.edits);
      for (const file of world.files()) outlineOf(file).forEach(assertNested);
    }),
    { numRuns: 400 * fuzzRuns },
  );
});

function assertSound(edits: readonly NameEdit[]): void {
  for (const { document } of edits) {
    const own = edits.filter((edit) => edit.document.uri === document.uri);
    assert.ok(
      areDisjoint(own.map((edit) => ({ range: edit.document.inFile(edit.range), newText: edit.newText }))),
    );
  }
}

function assertNested({ document, range, selection, children }: OutlineItem): void {
  assert.ok(contains({ start: 0, end: document.text.length }, range), "outline");
  assert.ok(contains(range, selection));
  for (const child of children) {
    assert.ok(contains(range, child.range));
    assertNested(child);
  }
}

test("a rename can be taken back by another, unless something else bears the former name", () => {
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.nat(1_000_000), (files, chosen) => {
      const world = worldOf(files);
      const mentions = [...world.files()].flatMap((file) => file.documents).flatMap(mentionsIn);
      const mention = mentions[chosen % Math.max(1, mentions.length)];
      // A name that must be in quotes has them afterwards, whether it had them before or not.
      if (mention?.text === undefined || asPlain(mention.text) !== mention.text) return;
      const { document } = mention.resource;
      const there = renameAt(world, document, mention.range.end, NEW_NAME);
      if (there === undefined || !("edits" in there) || there.edits.length === 0) return;
      const after = applied(files, there.edits);
      const [first] = there.edits;
      assert.ok(first !== undefined);
      const renamed = worldOf(after);
      const place = placeAfter(renamed, first);
      const back = renameAt(renamed, place.document, place.offset, there.from);
      assert.ok(back !== undefined, "the name is still there");
      // Something else may bear the former name: two names have been told apart, which no rename can undo.
      if ("refused" in back) assert.match(render(back.refused), / already[,:]/);
      else assert.deepEqual(applied(after, back.edits), files);
    }),
    { numRuns: 300 * fuzzRuns },
  );
});

function applied(files: Files, edits: readonly NameEdit[]): Files {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => {
      const own = edits.filter(({ document }) => document.uri === uriOf(path));
      return [
        path,
        applyEdits(
          text,
          own.map(({ document, range, newText }) => ({ range: document.inFile(range), newText })),
        ),
      ];
    }),
  );
}

/** Where the first edit of its file stands after all of them: nothing before it has moved. */
function placeAfter(world: World, { document, range }: NameEdit) {
  const at = document.start + range.start + 1;
  for (const file of world.files()) {
    const found = file.documents.findLast(({ start }) => start <= at);
    if (file.uri === document.uri && found !== undefined)
      return { document: found, offset: at - found.start };
  }
  throw new Error("the file is gone");
}
