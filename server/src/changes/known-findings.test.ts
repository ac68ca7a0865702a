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

/** Findings of `web.yaml`, as two builds showed it before and show it now; undefined for a build that could not be made. */
function introducedInBuilds(
  before: Readonly<Record<string, readonly string[] | undefined>>,
  now: Readonly<Record<string, readonly string[]>>,
  { isWritten = false, known = [] as Files[] } = {},
): { introduced: number; fresh: readonly string[] } {
  const found = (files: Files) => memoryWorkspace(files, drains).findings();
  const showings = (all: Readonly<Record<string, readonly string[] | undefined>>) =>
    Object.entries(all).flatMap(([build, keys = []]) => keys.map((key) => ({ build, key })));
  const findings = new KnownFindings(known.flatMap(found), new Map(), {
    showings: showings(before),
    builds: new Map(Object.entries(before).map(([build, keys]) => [build, keys !== undefined])),
    untold: [],
  });
  const fresh = new Map();
  const introducedNow = findings.introducedAmong(
    found({ "web.yaml": blocking("web") }),
    () => ({ showings: showings(now), isWritten }),
    fresh,
  );
  return {
    introduced: introducedNow.length,
    fresh: [...fresh.values()].flat().map(({ build }: { build: string }) => build),
  };
}

test("a finding is new in a build that did not show it, whatever others showed", () => {
  const known = [{ "web.yaml": blocking("web") }];
  assert.deepEqual(introducedInBuilds({ dev: ["a"], prod: [] }, { dev: ["a"], prod: ["a"] }, { known }), {
    introduced: 1,
    fresh: ["prod"],
  });
  assert.deepEqual(introducedInBuilds({ dev: ["a"], prod: ["a"] }, { dev: ["a"], prod: ["a"] }), {
    introduced: 0,
    fresh: [],
  });
  // As many as there were.
  assert.equal(introducedInBuilds({ dev: ["a"] }, { dev: ["a", "a"] }).introduced, 1);
});

test("of a build that could not be made before nothing is new; one that was not there brings what it brings", () => {
  const none = { introduced: 0, fresh: [] };
  assert.deepEqual(introducedInBuilds({ dev: undefined }, { dev: ["a"] }), none);
  assert.equal(introducedInBuilds({ dev: undefined }, { dev: ["a"] }, { isWritten: true }).introduced, 1);
  assert.equal(introducedInBuilds({}, { dev: ["a"] }).introduced, 1);
  assert.deepEqual(
    introducedInBuilds({}, { dev: ["a"] }, { known: [{ "web.yaml": blocking("web") }] }),
    none,
  );
});

test("what was there and not told is known while no build tells of it", () => {
  const files = { "web.yaml": blocking("web") };
  const found = () => memoryWorkspace(files, drains).findings();
  const known = new KnownFindings([], new Map(), { showings: [], builds: new Map(), untold: found() });
  assert.deepEqual(known.introducedAmong(found()), []);
  const shown = { showings: [{ build: "qa", key: "a" }], isWritten: true };
  assert.equal(known.introducedAmong(found(), () => shown).length, 1, "a new overlay has it");
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
