import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../model/message.ts";
import { type PlanOutcome, planOf, type Tree } from "./kustomization.ts";

/** A tree of files by their path below `file:///w`. */
function treeOf(files: Readonly<Record<string, string>>): Tree {
  const byUri = new Map(Object.entries(files).map(([path, text]) => [`file:///w/${path}`, text]));
  return {
    text: (uri) => byUri.get(uri),
    kindOf(uri) {
      if (byUri.has(uri)) return "file";
      return [...byUri.keys()].some((other) => other.startsWith(`${uri}/`)) ? "folder" : undefined;
    },
  };
}

function plan(files: Readonly<Record<string, string>>, folder = "prod"): PlanOutcome {
  return planOf(`file:///w/${folder}`, treeOf(files));
}

function refusal(kustomization: string, files: Readonly<Record<string, string>> = {}): string {
  const outcome = plan({ ...files, "prod/kustomization.yaml": kustomization });
  assert.ok("refusal" in outcome, "it should be refused");
  return render(outcome.refusal);
}

test("what an overlay is built of: files, who changes them, and everything that is read", () => {
  const outcome = plan({
    "prod/kustomization.yml": `
namePrefix: prod-
resources: [../base, own.yaml]
components: [../extra]
patches: [{path: more.yaml}, {patch: "- op: remove", target: {kind: X}}]
configMapGenerator: [{name: c, files: [key=c.txt], envs: [c.env]}]
`,
    "prod/own.yaml": "",
    "prod/more.yaml": "",
    "prod/c.txt": "",
    "prod/c.env": "",
    "base/kustomization.yaml": "resources: [web.yaml]\nnameSuffix: -b",
    "base/web.yaml": "",
    "extra/Kustomization": "kind: Component\nresources: [db.yaml]",
    "extra/db.yaml": "",
  });
  assert.ok("plan" in outcome);
  const leaves = outcome.plan.leaves.map(({ uri, layers }) => [
    uri.slice("file:///w/".length),
    layers.map((layer) => layer.folder.slice("file:///w/".length)),
  ]);
  assert.deepEqual(leaves, [
    ["base/web.yaml", ["prod", "extra", "base"]],
    ["prod/own.yaml", ["prod", "extra"]],
    ["extra/db.yaml", ["prod", "extra", "extra"]],
  ]);
  assert.deepEqual([...outcome.plan.inputs].map((uri) => uri.slice("file:///w/".length)).sort(), [
    "base/kustomization.yaml",
    "base/web.yaml",
    "extra/Kustomization",
    "extra/db.yaml",
    "prod/c.env",
    "prod/c.txt",
    "prod/kustomization.yml",
    "prod/more.yaml",
    "prod/own.yaml",
  ]);
});

const ADDRESSES = [
  "https://example.com/base.yaml",
  "git::https://example.com/base",
  "git@example.com:org/repo",
  "ssh://git@example.com/org/repo",
  "github.com/org/repo?ref=v1",
  "example.com/org/repo//base",
  "/etc/base",
  "missing.yaml",
];

for (const field of ["resources", "bases", "components", "crds", "configurations", "patchesStrategicMerge"]) {
  test(`nothing is built that finds no file for its ${field}: kustomize would take it for an address`, () => {
    for (const address of ADDRESSES)
      assert.match(refusal(`${field}: ["${address}"]`), /is no file or folder here/);
  });
}

test("files that are named elsewhere may be no addresses either, also in a base", () => {
  for (const text of [
    "patches: [{path: https://example.com/p.yaml}]",
    "patchesJson6902: [{path: https://example.com/p.yaml}]",
    "replacements: [{path: https://example.com/p.yaml}]",
    "openapi: {path: https://example.com/schema.json}",
    "configMapGenerator: [{name: c, files: [a=https://example.com/p]}]",
    "secretGenerator: [{name: c, envs: [https://example.com/p]}]",
    "secretGenerator: [{name: c, env: https://example.com/p}]",
  ]) {
    assert.match(refusal(text), /is no file or folder here/, text);
    assert.match(refusal("resources: [../base]", { "base/kustomization.yaml": text }), /is no file/, text);
  }
});

test("what may run programs or download charts is not built", () => {
  for (const field of [
    "generators",
    "transformers",
    "validators",
    "helmCharts",
    "helmChartInflationGenerator",
  ])
    assert.match(refusal(`${field}: [exec.yaml]`, { "prod/exec.yaml": "" }), /may run programs/, field);
  assert.match(refusal("helmGlobals: {chartHome: charts}"), /may run programs/);
  assert.ok("plan" in plan({ "prod/kustomization.yaml": "generators: []\ntransformers:" }));
});

test("a circle ends, and so does a tree that grows without end", () => {
  assert.match(refusal("resources: [../prod]"), /builds on itself/);
  const many = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [
      `f${i}/kustomization.yaml`,
      `resources: [../f${i + 1}, ../f${i + 1}]`,
    ]),
  );
  assert.match(
    refusal("resources: [../f0]", { ...many, "f20/kustomization.yaml": "resources: []" }),
    /more than 2000 folders/,
  );
});

test("a folder without a kustomization, or with one that is no map, is refused", () => {
  assert.match(refusal("resources: [../base]", { "base/web.yaml": "" }), /no readable kustomization in base/);
  assert.match(refusal("- 1"), /no readable kustomization in prod/);
  assert.match(refusal(""), /no readable kustomization in prod/);
});
