import assert from "node:assert/strict";
import { test } from "node:test";
import { contains } from "../model/range.ts";
import { marked } from "../testing/names.ts";
import { type OutlineItem, outlineOf } from "./outline.ts";
import { searchResources } from "./search.ts";

const TEXT = `# the shop
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  template:
    spec:
      initContainers: [{ name: wait }]
      containers:
        - image: web:1
          name: web
          ports: [{ name: http, containerPort: 80 }, { containerPort: 81 }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec:
  http:
    - name: canary
      route:
        - destination: { host: web, subset: v1 }
          weight: 90
        - destination: { host: web }
    - route: []
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data: {}
---
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Service, metadata: { name: a }, spec: { ports: [{ port: 80 }] } }
  - { apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: { name: b }, spec: { strategy: { canary: { steps: [{ setWeight: 20 }] } } } }
`;

function shown(items: readonly OutlineItem[], indent = ""): string[] {
  return items.flatMap(({ name, detail, sort, children }) => [
    `${indent}${sort} ${name}${detail === "" ? "" : ` (${detail})`}`,
    ...shown(children, `${indent}  `),
  ]);
}

function every(items: readonly OutlineItem[]): OutlineItem[] {
  return items.flatMap((item) => [item, ...every(item.children)]);
}

test("a file's outline has its resources with their parts, unparsed ones by their name alone", () => {
  const { document } = marked({ "a.yaml": TEXT });
  assert.deepEqual(shown(outlineOf(document.file)), [
    "resource Deployment/web (shop)",
    "  container wait",
    "  container web (web:1)",
    "    port http (80)",
    "    port 81 (81)",
    "resource VirtualService/web",
    "  route canary",
    "    destination web/v1 (90)",
    "    destination web",
    "  route http 2",
    "resource ConfigMap/settings",
    "resource Service/a",
    "  port 80 (80)",
    "resource Rollout/b",
    "  step setWeight 20",
  ]);
});

test("each line lies inside the one above it, and selects its name", () => {
  const { document } = marked({ "a.yaml": TEXT });
  const items = every(outlineOf(document.file));
  for (const { range, selection, children } of items) {
    assert.ok(contains(range, selection));
    for (const child of children) assert.ok(contains(range, child.range));
  }
  const selected = items.map(({ document: own, selection }) =>
    own.text.slice(selection.start, selection.end),
  );
  assert.deepEqual(selected.slice(0, 3), ["web", "wait", "web"]);
  assert.equal(selected[10], "settings");
});

test("an alias leads elsewhere: its parts are shown where they are written", () => {
  const { document } = marked({
    "a.yaml":
      "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  initContainers: &c [{ name: a }]\n  containers: *c\n",
  });
  for (const { range, selection } of every(outlineOf(document.file))) assert.ok(contains(range, selection));
});

test("resources are found by kind and name, the best first", () => {
  const { world } = marked({ "a.yaml": TEXT });
  const find = (query: string) => searchResources(world, query).map(({ title }) => title);
  assert.deepEqual(find("web"), ["Deployment/web", "VirtualService/web"]);
  assert.deepEqual(find("deployment web"), ["Deployment/web"]);
  assert.deepEqual(find("deployment/we"), ["Deployment/web"]);
  assert.deepEqual(find("vsweb"), ["VirtualService/web"]);
  assert.deepEqual(find("sett"), ["ConfigMap/settings"]);
  assert.deepEqual(find("nowhere"), []);
  assert.equal(find("").length, 5);
});
