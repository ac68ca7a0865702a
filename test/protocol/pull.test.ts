import assert from "node:assert/strict";
import { test } from "node:test";
import { TestClient } from "./client.ts";

const BLOCKED = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web:1 }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec:
  minAvailable: 2
  selector: { matchLabels: { app: web } }
`;

test("a finding of an open document is pulled", async () => {
  const client = await TestClient.start();
  await client.open("file:///w/a.yaml", BLOCKED);
  const items = await client.items("file:///w/a.yaml");
  const finding = items.find(({ code }) => code === "pdb-blocks-drain");
  assert.deepEqual(finding?.range, { start: { line: 14, character: 16 }, end: { line: 14, character: 17 } });
  assert.equal(await client.stop(), 0);
});
