import assert from "node:assert/strict";
import { test } from "node:test";
import { type Files, memoryWorkspace, uriOf } from "../testing/memory-workspace.ts";
import { isAllVisible, workloadsBeside } from "./surroundings.ts";

const service = (name: string) => `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\n`;

function lookFrom(path: string, files: Files) {
  const { workspace, file } = memoryWorkspace(files, []);
  const from = file(path).documents[0]?.resources[0];
  assert.ok(from !== undefined);
  return { snapshot: workspace.snapshot(), from, workspace };
}

const isVisible = (path: string, files: Files) => {
  const { snapshot, from } = lookFrom(path, files);
  return isAllVisible(snapshot, from);
};

test("a custom resource of an unknown kind may bring pods to its own bundle", () => {
  const custom = "apiVersion: acme.example.com/v1\nkind: Shop\nmetadata: { name: shop }\n";
  assert.ok(isVisible("a/svc.yaml", { "a/svc.yaml": service("web") }));
  assert.ok(!isVisible("a/svc.yaml", { "a/svc.yaml": service("web"), "a/shop.yaml": custom }));
  assert.ok(isVisible("a/svc.yaml", { "a/svc.yaml": service("web"), "b/shop.yaml": custom }));
  assert.ok(!isVisible("a.yaml", { "a.yaml": `${service("web")}---\n${custom}` }));
});

test("built-in kinds, certificates and routes bring none", () => {
  const kinds = [
    "v1/ConfigMap",
    "rbac.authorization.k8s.io/v1/Role",
    "gateway.networking.k8s.io/v1/Gateway",
    "cert-manager.io/v1/Certificate",
    "networking.istio.io/v1/Gateway",
    "argoproj.io/v1alpha1/AnalysisTemplate",
  ];
  const others = kinds.map((each) => {
    const slash = each.lastIndexOf("/");
    return `apiVersion: ${each.slice(0, slash)}\nkind: ${each.slice(slash + 1)}\n`;
  });
  assert.ok(isVisible("a.yaml", { "a.yaml": [service("web"), ...others].join("---\n") }));
});

test("an unknown kind that comes or goes is a change to who asked", () => {
  const { workspace } = memoryWorkspace({ "svc.yaml": service("web") }, []);
  workspace.takeChanges();
  workspace.set(uriOf("shop.yaml"), "apiVersion: acme.example.com/v1\nkind: Shop\n");
  assert.ok(workspace.takeChanges().questions.has("unknownKind:*"));
  workspace.delete(uriOf("shop.yaml"));
  assert.ok(workspace.takeChanges().questions.has("unknownKind:*"));
});

test("a remote base, a chart or a generator hides part of what is deployed", () => {
  const hidden = [
    "resources: [svc.yaml, https://github.com/example/shop//deploy?ref=v1]",
    "resources: [svc.yaml, github.com/example/shop/deploy]",
    "resources: [svc.yaml, git@github.com:example/shop]",
    "resources: [svc.yaml]\nhelmCharts: [{ name: redis }]",
    "resources: [svc.yaml]\ngenerators: [make.yaml]",
  ];
  for (const kustomization of hidden) {
    const files = { "k/kustomization.yaml": kustomization, "k/svc.yaml": service("web") };
    assert.ok(!isVisible("k/svc.yaml", files), kustomization);
  }
  const plain = "resources: [svc.yaml, ../example.com]\nhelmCharts: []\nnamePrefix: a-";
  const files = { "k/kustomization.yaml": plain, "k/svc.yaml": service("web") };
  assert.ok(isVisible("k/svc.yaml", files));
  const { snapshot, from } = lookFrom("k/svc.yaml", files);
  assert.ok(snapshot.layout.isRenamed(from.document.uri));
});

test("workloads beside are those of the bundle that may share the namespace", () => {
  const pod = (name: string, namespace: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: ${namespace} }\n`;
  const { snapshot, from } = lookFrom("a/svc.yaml", {
    "a/svc.yaml": "apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: x }\n",
    "a/pods.yaml": `${pod("near", "x")}---\n${pod("other", "y")}`,
    "b/pods.yaml": pod("far", "x"),
  });
  assert.deepEqual(
    workloadsBeside(snapshot, from).map(({ resource }) => resource.name),
    ["near"],
  );
});
