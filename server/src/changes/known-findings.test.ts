import assert from "node:assert/strict";
import { test } from "node:test";
import { rules } from "../rules/registry.generated.ts";
import { type Files, memoryWorkspace, uriOf } from "../testing/memory-workspace.ts";
import { firstDifference } from "./difference.ts";
import { KnownFindings } from "./known-findings.ts";

const workload = (name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: 3
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: app, image: "app:1"}]}
---
`;
const blocking = (name: string) => `${workload(name)}apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: ${name}}
spec: {maxUnavailable: 0, selector: {matchLabels: {app: ${name}}}}
`;
const drains = rules.filter(({ id }) => id === "pdb-blocks-drain");

/** What is new of the findings, as paths. */
function introduced(before: Files, after: Files, renamed: Readonly<Record<string, string>> = {}): string[] {
  const uris = Object.entries(renamed).map(([now, was]) => [uriOf(now), uriOf(was)] as const);
  const known = new KnownFindings(memoryWorkspace(before, drains).findings(), new Map(uris));
  const findings = memoryWorkspace(after, drains).findings();
  const first = known.introducedAmong(findings);
  assert.deepEqual(known.introducedAmong(findings), first, "asking takes nothing away");
  return first.map(({ document }) => document.uri).sort();
}

test("a finding that was there is known, wherever its line is now", () => {
  assert.deepEqual(introduced({ "a.yaml": blocking("a") }, { "a.yaml": `# moved\n\n${blocking("a")}` }), []);
  assert.deepEqual(introduced({}, { "a.yaml": blocking("a") }), [uriOf("a.yaml")]);
});

test("of several with one identity as many are known as there were", () => {
  const before = { "x/a.yaml": blocking("a") };
  const after = { "x/a.yaml": blocking("a"), "y/a.yaml": blocking("a") };
  assert.deepEqual(introduced(before, after), [uriOf("y/a.yaml")], "the copy is the new one");
});

test("a renamed file brings nothing, and neither does a resource that moves to another", () => {
  const before = { "a.yaml": blocking("a"), "b.yaml": blocking("b") };
  const after = { "c.yaml": blocking("a"), "d.yaml": blocking("b") };
  assert.deepEqual(introduced(before, after, { "c.yaml": "a.yaml" }), []);
});

test("a copy beside a renamed file is the new one, not the file that was renamed", () => {
  const before = { "old.yaml": blocking("a") };
  const after = { "copy.yaml": blocking("a"), "new.yaml": blocking("a") };
  assert.deepEqual(introduced(before, after, { "new.yaml": "old.yaml" }), [uriOf("copy.yaml")]);
});

test("the first line that differs, in its document", () => {
  const { file } = memoryWorkspace({ "a.yaml": blocking("a") }, drains);
  const now = file("a.yaml");
  const place = firstDifference(now.text.replace("maxUnavailable: 0", "maxUnavailable: 1"), now);
  assert.equal(place?.document, now.documents[1]);
  assert.match(
    place?.document.text.slice(place.range.start, place.range.end) ?? "",
    /^spec: \{maxUnavailable: 0.*\}$/,
  );
});
