import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseAllDocuments } from "yaml";
import { rules } from "../server/src/rules/registry.generated.ts";
import { memoryWorkspace } from "../server/src/testing/memory-workspace.ts";
import { expandSnippet, type Snippet } from "./expand-snippet.ts";

const snippets: Record<string, Snippet> = JSON.parse(
  readFileSync(new URL("../snippets/nines.code-snippets", import.meta.url), "utf8"),
);

/** What each snippet must hold; a new snippet needs its line here. */
const KINDS: Record<string, readonly string[]> = {
  "nines-deployment": ["Deployment", "Service", "PodDisruptionBudget"],
  "nines-statefulset": ["Service", "StatefulSet", "PodDisruptionBudget"],
  "nines-canary": ["VirtualService", "DestinationRule"],
  "nines-blue-green": ["VirtualService", "DestinationRule"],
  "nines-ab-test": ["VirtualService", "DestinationRule"],
  "nines-failover": [
    ...["VirtualService", "ServiceEntry", "WorkloadEntry", "WorkloadEntry"],
    ...["DestinationRule", "DestinationRule"],
  ],
  "nines-hpa": ["HorizontalPodAutoscaler"],
  "nines-dr-same-city": ["DisasterRecoveryPlan"],
  "nines-dr-remote": ["DisasterRecoveryPlan"],
  "nines-dr-hybrid": ["DisasterRecoveryPlan"],
  "nines-dr-backup-only": ["DisasterRecoveryPlan"],
  "nines-vsphere-ha": ["VSphereHACluster"],
};

test("every snippet has its expectation", () => {
  assert.deepEqual(
    Object.values(snippets).map((snippet) => snippet.prefix),
    Object.keys(KINDS),
  );
});

for (const [name, snippet] of Object.entries(snippets)) {
  test(`the snippet "${name}" expands to valid manifests`, () => {
    const text = expandSnippet(snippet);
    assert.doesNotMatch(text, /\$/, "a placeholder is left");
    const documents = parseAllDocuments(text);
    assert.deepEqual(
      documents.flatMap((document) => [...document.errors, ...document.warnings]),
      [],
    );
    const manifests = documents.map((document) => document.toJS());
    assert.deepEqual(
      manifests.map((manifest) => manifest.kind),
      KINDS[snippet.prefix],
    );
    for (const manifest of manifests) {
      assert.match(manifest.apiVersion, /v\d/);
      assert.match(manifest.metadata.name, /^[a-z0-9-]+$/);
    }
  });
}

/** The API server refuses pods that name a class the cluster has not, so that a snippet cannot name one. */
const FOR_THE_CLUSTER = new Set(["priority-missing"]);

for (const [name, snippet] of Object.entries(snippets)) {
  test(`the snippet "${name}" has nothing that Nines would report`, () => {
    const { findings } = memoryWorkspace({ "new.yaml": expandSnippet(snippet) }, rules);
    assert.deepEqual(
      findings()
        .map((finding) => finding.ruleId)
        .filter((id) => !FOR_THE_CLUSTER.has(id)),
      [],
    );
  });
}

test("what is typed over a default appears wherever its number does", () => {
  const snippet = { prefix: "", description: "", body: [`a: \${1:one}`, `b: $1 \${2|x,y|}`, "c: \\$1$0"] };
  assert.equal(expandSnippet(snippet), "a: one\nb: one x\nc: $1");
  assert.equal(expandSnippet(snippet, { 1: "two", 2: "y" }), "a: two\nb: two y\nc: $1");
});
