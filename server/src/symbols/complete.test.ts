import assert from "node:assert/strict";
import { test } from "node:test";
import type { Files } from "../testing/memory-workspace.ts";
import { marked } from "../testing/names.ts";
import { completeNames } from "./complete.ts";

/** What is offered at the cursor, and what the line becomes with the first of it. */
function complete(files: Files): { readonly labels: readonly string[]; readonly line: string } {
  const { world, document, offset } = marked(files);
  const { items: found } = completeNames(world, document, offset);
  const { text } = document;
  const [first] = found;
  const after =
    first === undefined
      ? text
      : text.slice(0, first.range.start) + first.insertText + text.slice(first.range.end);
  const line = after.slice(after.lastIndexOf("\n", offset - 1) + 1).split("\n")[0] ?? "";
  return { labels: found.map(({ label }) => label), line: line.trim() };
}

const BESIDE = `
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web, version: "1" } }
    spec: { containers: [{ name: web, ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http-web, port: 80 }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web }
spec: { host: web, subsets: [{ name: v1 }, { name: v2 }] }
---
apiVersion: v1
kind: ConfigMap
metadata:
  labels:
    name: not-this
  name: settings
`;

const offers = (text: string) => complete({ "a.yaml": text + BESIDE });
const virtualService = (route: string) =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: a }\nspec:\n  http:\n    - route:\n${route}`;
const pod = (spec: string) => `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n${spec}`;

const CASES: Readonly<Record<string, readonly [text: string, labels: readonly string[], line: string]>> = {
  "subsets where nothing is written yet": [
    virtualService("        - destination:\n            host: web\n            subset: ‸\n"),
    ["v1", "v2"],
    "subset: v1",
  ],
  "subsets where something is written": [
    virtualService("        - destination:\n            host: web\n            subset: v‸9 # later\n"),
    ["v1", "v2"],
    "subset: v1 # later",
  ],
  "subsets in flow style": [
    virtualService("        - destination: { host: web, subset: ‸, port: { number: 80 } }\n"),
    ["v1", "v2"],
    "- destination: { host: web, subset: v1, port: { number: 80 } }",
  ],
  "subsets in quotes": [
    virtualService("        - destination: { host: web, subset: 'v‸' }\n"),
    ["v1", "v2"],
    "- destination: { host: web, subset: 'v1' }",
  ],
  "subsets in a quote that is not closed": [
    virtualService('        - destination:\n            host: web\n            subset: "‸\n'),
    ["v1", "v2"],
    'subset: "v1',
  ],
  "no subsets of another host": [
    virtualService("        - destination: { host: other, subset: ‸ }\n"),
    [],
    "- destination: { host: other, subset:  }",
  ],
  hosts: [virtualService("        - destination: { host: ‸ }\n"), ["web"], "- destination: { host: web }"],
  "port numbers of the host": [
    virtualService("        - destination: { host: web, port: { number: ‸ } }\n"),
    ["80"],
    "- destination: { host: web, port: { number: 80 } }",
  ],
  "names of ConfigMaps, which nobody parses": [
    pod("  volumes:\n    - configMap:\n        name: ‸\n"),
    ["settings"],
    "name: settings",
  ],
  "ports of the container for its probes": [
    pod(
      "  containers:\n    - ports: [{ name: a, containerPort: 1 }]\n      livenessProbe: { httpGet: { port: ‸ } }\n    - ports: [{ name: b }]\n",
    ),
    ["a", "1"],
    "livenessProbe: { httpGet: { port: a } }",
  ],
  "ports of the pods for a target port": [
    "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { selector: { app: web }, ports: [{ port: 80, targetPort: ‸ }] }\n",
    ["http", "8080"],
    "spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }",
  ],
  "names of workloads of the kind that is written": [
    "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: a }\nspec:\n  scaleTargetRef:\n    kind: Deployment\n    name: ‸\n",
    ["web"],
    "name: web",
  ],
  "labels on the first line below a selector": [
    "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec:\n  selector:\n    ‸\n",
    ["app: web", "version: 1"],
    "app: web",
  ],
  "labels that are not there yet": [
    "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec:\n  selector:\n    app: web\n    ver‸\n",
    ["version: 1"],
    'version: "1"',
  ],
  "labels in flow style": [
    "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { selector: { app: web, ‸ } }\n",
    ["version: 1"],
    'spec: { selector: { app: web, version: "1" } }',
  ],
  "keys of labels that have a value": [
    "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec:\n  selector:\n    a‸: web\n",
    ["app", "version"],
    "app: web",
  ],
  "values of labels": [
    "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: a }\nspec:\n  selector:\n    matchLabels:\n      version: ‸\n",
    ["1"],
    'version: "1"',
  ],
  "values in an expression": [
    "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: a }\nspec:\n  selector:\n    matchExpressions:\n      - { key: app, operator: In, values: [‸] }\n",
    ["web"],
    "- { key: app, operator: In, values: [web] }",
  ],
  "labels of the pods behind the host for a subset": [
    "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: a }\nspec:\n  host: web\n  subsets:\n    - name: v1\n      labels:\n        version: ‸\n",
    ["1"],
    'version: "1"',
  ],
  "labels for pods that their own selector asks for": [
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: a }\nspec:\n  selector: { matchLabels: { app: db } }\n  template:\n    metadata:\n      labels:\n        ‸\n",
    ["app: db", "app: web"],
    "app: db",
  ],
  "JSON with its quotes": [
    '{ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "a" }, "spec": { "volumes": [{ "configMap": { "name": ‸ } }] } }\n',
    ["settings"],
    '{ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "a" }, "spec": { "volumes": [{ "configMap": { "name": "settings" } }] } }',
  ],
  "JSON within its quotes": [
    '{ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "a" }, "spec": { "selector": { "app": "‸" } } }\n',
    ["web"],
    '{ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "a" }, "spec": { "selector": { "app": "web" } } }',
  ],
  "labels in JSON": [
    '{ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "a" }, "spec": { "selector": { "a‸" } } }\n',
    ["app: web", "version: 1"],
    '{ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "a" }, "spec": { "selector": { "app": "web" } } }',
  ],
  "nothing in a comment": [pod("  serviceAccountName: a # ‸\n"), [], "serviceAccountName: a #"],
  "nothing in a template": [pod("  serviceAccountName: {{ ‸ }}\n"), [], "serviceAccountName: {{  }}"],
};

for (const [what, [text, labels, line]] of Object.entries(CASES)) {
  test(`offered: ${what}`, () => {
    const found = offers(text);
    assert.deepEqual(found.labels, labels);
    assert.equal(found.line, line);
  });
}

test("what is deployed together comes first, what another overlay has does not come at all", () => {
  const map = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;
  const files = {
    "dev/kustomization.yaml": "resources: [pod.yaml, map.yaml]\nconfigMapGenerator: [{ name: made }]\n",
    "dev/pod.yaml": pod("  volumes: [{ configMap: { name: ‸ } }]\n"),
    "dev/map.yaml": map("near"),
    "prod/kustomization.yaml": "resources: [map.yaml]\n",
    "prod/map.yaml": map("elsewhere"),
    "a/map.yaml": map("far"),
  };
  assert.deepEqual(complete(files).labels, ["near", "made", "far"]);
});

test("a Service of another namespace is offered by its full name where that can be written", () => {
  const service = "apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\n---\n";
  const host =
    "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: a, namespace: pay }\nspec:\n  host: ‸\n";
  assert.deepEqual(complete({ "a.yaml": service + host }).labels, ["web.shop.svc.cluster.local"]);
  const route = (namespace: string) =>
    `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: a, namespace: pay }\nspec:\n  rules:\n    - backendRefs: [{ ${namespace}name: ‸ }]\n`;
  assert.deepEqual(complete({ "a.yaml": service + route("") }).labels, []);
  assert.deepEqual(complete({ "a.yaml": service + route("namespace: shop, ") }).labels, ["web"]);
});

test("of very many only those are listed that are like what was typed, and the editor asks again", () => {
  const maps = Array.from(
    { length: 400 },
    (_, i) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: map-${i} }\n---\n`,
  );
  const { world, document, offset } = marked({
    "a.yaml": `${pod("  volumes: [{ configMap: { name: p39‸ } }]\n")}---\n${maps.join("")}`,
  });
  const { items, isIncomplete } = completeNames(world, document, offset);
  assert.equal(isIncomplete, true);
  const labels = items.map(({ label }) => label);
  assert.ok(labels.includes("map-395") && labels.every((label) => /p.*3.*9/.test(label)), labels.join(" "));
});
