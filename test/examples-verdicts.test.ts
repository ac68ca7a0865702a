import assert from "node:assert/strict";
import { test } from "node:test";
import { rules } from "../server/src/rules/registry.generated.ts";
import { memoryWorkspace, uriOf } from "../server/src/testing/memory-workspace.ts";
import { declaredDefects, exampleFiles, readExample } from "./example-defects.ts";

const files = Object.fromEntries(exampleFiles().map((file) => [file, readExample(file)]));

test("every DEFECT of the examples is found once, in its document, and nothing else is", () => {
  const { file, findings } = memoryWorkspace(files, rules, {});
  const found = findings().map(({ document, ruleId }) => {
    const path = document.uri.slice(uriOf("").length);
    return `${path} #${file(path).documents.indexOf(document)} ${ruleId}`;
  });
  const promised = declaredDefects().map((defect) => `${defect.file} #${defect.document} ${defect.ruleId}`);
  assert.deepEqual(found.sort(), promised.sort());
});
