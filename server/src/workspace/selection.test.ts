import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryWorkspace } from "../testing/memory-workspace.ts";
import { selectedBy } from "./selection.ts";

const PDB =
  "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}}\n";
const deployment = (label: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template: {metadata: {labels: {app: ${label}}}, spec: {containers: [{image: a}]}}\n`;

function uncertain(path: string): boolean | undefined {
  const { workspace, file } = memoryWorkspace(
    { "apps/web/pdb.yaml": PDB, "apps/web/web.yaml": deployment("web"), [path]: deployment("{{ x }}") },
    [],
  );
  const pdb = file("apps/web/pdb.yaml").documents[0]?.resources[0];
  assert.ok(pdb);
  return selectedBy(workspace.snapshot(), pdb)?.uncertain;
}

test("what cannot be read makes a selection uncertain near it, not across the repository", () => {
  assert.equal(uncertain("apps/web/other.yaml"), true);
  assert.equal(uncertain("apps/api/other.yaml"), true);
  assert.equal(uncertain("apps/web/parts/other.yaml"), true);
  assert.equal(uncertain("test/fixtures/other.yaml"), false);
});
