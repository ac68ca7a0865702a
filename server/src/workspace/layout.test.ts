import assert from "node:assert/strict";
import { test } from "node:test";
import { type Files, memoryWorkspace, uriOf } from "../testing/memory-workspace.ts";

const DEPLOYMENT =
  "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {}\n  template: {spec: {containers: [{name: web, image: a}]}}\n";

function world(files: Files) {
  const { workspace, file } = memoryWorkspace(files, []);
  const layout = workspace.snapshot().layout;
  const resource = (path: string) => {
    const found = file(path).documents[0]?.resources[0];
    assert.ok(found);
    return found;
  };
  return { layout, resource };
}

test("a folder is a bundle of its own, a chart one with its folders", () => {
  const { layout } = world({
    "a/x.yaml": "",
    "a/y.yaml": "",
    "b/x.yaml": "",
    "c/Chart.yaml": "name: c",
    "c/templates/d/x.yaml": "",
  });
  assert.ok(layout.sharesBundle(uriOf("a/x.yaml"), uriOf("a/y.yaml")));
  assert.ok(!layout.sharesBundle(uriOf("a/x.yaml"), uriOf("b/x.yaml")));
  assert.deepEqual(
    layout.bundlesOf(uriOf("c/templates/d/x.yaml")).map((b) => [b.id, b.kind]),
    [[uriOf("c"), "chart"]],
  );
});

test("a kustomization takes in what it builds on; its overlays never meet", () => {
  const { layout } = world({
    "base/kustomization.yaml": "resources: [web.yaml]",
    "base/web.yaml": DEPLOYMENT,
    "dev/kustomization.yaml": "namespace: dev\nresources: [../base, pdb.yaml]",
    "dev/pdb.yaml": "",
    "prod/kustomization.yaml": "namespace: prod\nresources: [../base]\ncomponents: [../extra]",
    "extra/kustomization.yaml": "kind: Component\nresources: [pdb.yaml]",
    "extra/pdb.yaml": "",
  });
  assert.ok(layout.sharesBundle(uriOf("base/web.yaml"), uriOf("dev/pdb.yaml")));
  assert.ok(layout.sharesBundle(uriOf("base/web.yaml"), uriOf("extra/pdb.yaml")));
  assert.ok(!layout.sharesBundle(uriOf("extra/pdb.yaml"), uriOf("dev/pdb.yaml")));
});

test("what is together with a file, or near it, is picked from a list in its order", () => {
  const paths = [
    "base/web.yaml",
    "base/more/a.yaml",
    "dev/a.yaml",
    "dev/b.yaml",
    "prod/a.yaml",
    "prod/b.yaml",
  ];
  const { layout, resource } = world({
    ...Object.fromEntries(paths.map((path) => [path, DEPLOYMENT])),
    "base/kustomization.yaml": "resources: [web.yaml, more/a.yaml]",
    "dev/kustomization.yaml": "resources: [../base, a.yaml]",
    "prod/kustomization.yaml": "resources: [../base, a.yaml]",
  });
  const all = paths.map(resource);
  const folderOf = (uri: string) => uri.slice(0, uri.lastIndexOf("/"));
  for (const { document } of all) {
    const { uri } = document;
    const together = all.filter((other) => layout.sharesBundle(uri, other.document.uri));
    assert.deepEqual(layout.together(all, uri), together, uri);
    const near = all.filter(
      (other) => together.includes(other) || folderOf(other.document.uri) === folderOf(uri),
    );
    assert.deepEqual(layout.near(all, uri), near, uri);
  }
  assert.deepEqual(layout.near(all, uriOf("elsewhere/a.yaml")), []);
});

test("circles of kustomizations end", () => {
  const { layout } = world({
    "a/kustomization.yaml": "resources: [../b]",
    "b/kustomization.yaml": "resources: [../a, x.yaml]",
    "b/x.yaml": "",
  });
  assert.equal(layout.bundlesOf(uriOf("b/x.yaml")).length, 2);
});

test("patches say which values an overlay decides", () => {
  const { layout, resource } = world({
    "base/web.yaml": DEPLOYMENT,
    "base/kustomization.yaml": "resources: [web.yaml]",
    "o/kustomization.yaml": [
      "resources: [../base]",
      "replicas: [{name: web, count: 5}]",
      "patches:",
      "- path: strategic.yaml",
      "- target: {kind: Deployment, name: w.*}",
      "  patch: '[{op: add, path: /spec/minReadySeconds, value: 1}]'",
      "patchesStrategicMerge:",
      "- |",
      "  apiVersion: apps/v1",
      "  kind: Deployment",
      "  metadata: {name: other}",
      "  spec: {paused: true}",
    ].join("\n"),
    "o/strategic.yaml":
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {strategy: {type: Recreate}}\n",
  });
  const web = resource("base/web.yaml");
  assert.ok(layout.isPatched(web, "spec.replicas"));
  assert.ok(layout.isPatched(web, "spec.strategy"));
  assert.ok(layout.isPatched(web, "spec.minReadySeconds"));
  assert.ok(!layout.isPatched(web, "spec.paused"));
  assert.equal(layout.completenessOf(resource("o/strategic.yaml")), "patch");
  assert.equal(layout.completenessOf(web), "complete");
});

test("templates and look-alikes of patches are no complete manifests", () => {
  const { layout, resource } = world({
    "c/Chart.yaml": "name: c",
    "c/templates/a.yaml": DEPLOYMENT,
    "d/a.yaml": `${DEPLOYMENT}{{- if .x }}\n{{- end }}\n`,
    "e/a.yaml": DEPLOYMENT.replace("image: a", "image: {{ x }}"),
    "f/a.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n",
  });
  assert.equal(layout.completenessOf(resource("c/templates/a.yaml")), "template");
  assert.equal(layout.completenessOf(resource("d/a.yaml")), "template");
  assert.equal(layout.completenessOf(resource("e/a.yaml")), "complete");
  assert.equal(layout.completenessOf(resource("f/a.yaml")), "patch");
});

test("a pattern that could take for ever counts as a match", () => {
  const { layout, resource } = world({
    "web.yaml": DEPLOYMENT,
    "kustomization.yaml":
      "resources: [web.yaml]\npatches: [{target: {name: '(a+)+$'}, patch: '[{path: /spec/replicas}]'}]",
  });
  assert.ok(layout.isPatched(resource("web.yaml"), "spec.replicas"));
});

test("a component patches and labels everything in the kustomization that uses it", () => {
  const { layout, resource } = world({
    "base/web.yaml": DEPLOYMENT,
    "base/kustomization.yaml": "resources: [web.yaml]\ncommonLabels: {team: shop}",
    "o/kustomization.yaml": "resources: [../base]\ncomponents: [../extra]",
    "extra/kustomization.yaml": [
      "kind: Component",
      "patches: [{target: {kind: Deployment}, patch: '[{op: add, path: /spec/paused, value: true}]'}]",
      "labels: [{pairs: {tier: front}, includeSelectors: true}, {pairs: {owner: me}}]",
    ].join("\n"),
  });
  const web = resource("base/web.yaml");
  assert.ok(layout.isPatched(web, "spec.paused"));
  assert.deepEqual(
    [...layout.podLabelsAdded(uriOf("base/web.yaml"))].map(([key, values]) => [key, ...values]),
    [
      ["team", "shop"],
      ["tier", "front"],
    ],
  );
});

test("a string step into a list names an item: other items and other keys of it are not patched", () => {
  const { layout, resource } = world({
    "web.yaml": DEPLOYMENT,
    "kustomization.yaml": "resources: [web.yaml]\npatches: [{path: a.yaml}, {path: b.yaml}]",
    "a.yaml":
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, livenessProbe: null, env: [{name: A}]}]}}}\n",
    "b.yaml":
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {strategy: {$patch: replace}}\n",
  });
  const web = resource("web.yaml");
  const container = (...path: string[]) =>
    layout.isPatched(web, ["spec", "template", "spec", "containers", ...path]);
  assert.ok(container("web", "env"));
  assert.ok(container("web", "livenessProbe"), "an explicit null removes what was there");
  assert.ok(!container("web", "readinessProbe"));
  assert.ok(!container("sidecar", "env"));
  assert.ok(layout.isPatched(web, "spec.strategy.rollingUpdate.maxSurge"), "$patch decides all below it");
});

test("an index in an RFC 6902 pointer may be any item", () => {
  const { layout, resource } = world({
    "web.yaml": DEPLOYMENT,
    "kustomization.yaml":
      "resources: [web.yaml]\npatches: [{target: {kind: Deployment}, patch: '[{op: add, path: /spec/template/spec/containers/0/readinessProbe, value: {}}]'}]",
  });
  const web = resource("web.yaml");
  const steps = ["spec", "template", "spec", "containers", "web"];
  assert.ok(layout.isPatched(web, [...steps, "readinessProbe"]));
  assert.ok(!layout.isPatched(web, [...steps, "livenessProbe"]));
});

test("replacements decide the fields that they name, in the kustomization and in files of their own", () => {
  const { layout, resource } = world({
    "web.yaml": DEPLOYMENT,
    "kustomization.yaml": [
      "resources: [web.yaml]",
      "replacements:",
      "  - source: {kind: ConfigMap, name: sizes, fieldPath: data.web}",
      "    targets:",
      "      - select: {kind: Deployment, name: web}",
      "        fieldPaths: [spec.replicas, 'metadata.annotations.a\\.b/c']",
      "      - select: {kind: Deployment, name: other}",
      "        fieldPaths: [spec.paused]",
      "  - path: images.yaml",
    ].join("\n"),
    "images.yaml":
      "- targets: [{select: {kind: Deployment}, fieldPaths: ['spec.template.spec.containers.[name=web].resources.requests.cpu']}]",
  });
  const web = resource("web.yaml");
  assert.ok(layout.isPatched(web, "spec.replicas"));
  assert.ok(!layout.isPatched(web, "spec.paused"), "another Deployment's");
  assert.ok(layout.isPatched(web, ["metadata", "annotations", "a.b/c"]));
  const container = (...path: string[]) =>
    layout.isPatched(web, ["spec", "template", "spec", "containers", ...path]);
  assert.ok(container("web", "resources"));
  assert.ok(!container("web", "livenessProbe"));
  assert.ok(!container("sidecar", "resources"));
  assert.ok(layout.reads(uriOf("images.yaml")));
});
