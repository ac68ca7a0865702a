import assert from "node:assert/strict";
import { test } from "node:test";
import { TestClient } from "./client.ts";
import { BLOCKED } from "./texts.ts";

test("a finding of an open document is pulled", async () => {
  const client = await TestClient.start();
  await client.open("file:///w/a.yaml", BLOCKED);
  const items = await client.items("file:///w/a.yaml");
  const finding = items.find(({ code }) => code === "pdb-blocks-drain");
  assert.deepEqual(finding?.range, { start: { line: 14, character: 16 }, end: { line: 14, character: 17 } });
  assert.equal(await client.stop(), 0);
});
