import assert from "node:assert/strict";
import { test } from "node:test";
import { applyEdits } from "../fixes/edit.ts";
import { render } from "../model/message.ts";
import type { Files } from "../testing/memory-workspace.ts";
import { marked } from "../testing/names.ts";
import { prepareRename, type Renaming, renameAt } from "./rename.ts";

/** Renames what is at the cursor. */
function rename(files: Files, name: string) {
  const { world, document, offset } = marked(files);
  return renameAt(world, document, offset, name);
}

/** Renames, and expects every place in `«»` and nothing else to have become the new name. */
function renamed(files: Files, name: string): Renaming {
  const outcome = rename(files, name);
  assert.ok(outcome !== undefined, "there is no name at the cursor");
  assert.ok("edits" in outcome, "refused" in outcome ? render(outcome.refused) : "");
  const { world } = marked(files);
  const found: Record<string, string> = {};
  const expected: Record<string, string> = {};
  for (const file of world.files()) {
    const path = file.uri.slice("file:///w/".length);
    const edits = outcome.edits
      .filter(({ document }) => document.uri === file.uri)
      .map(({ document, range, newText }) => ({
        // The documents of another reading of the same texts: their starts are the same.
        range: { start: document.start + range.start, end: document.start + range.end },
        newText,
      }));
    found[path] = applyEdits(file.text, edits);
    expected[path] = (files[path] ?? "").replaceAll("‸", "").replace(/«[^»]*»/g, name);
  }
  assert.deepEqual(found, expected);
  return outcome;
}

function refused(files: Files, name: string): string {
  const outcome = rename(files, name);
  assert.ok(outcome !== undefined && "refused" in outcome, "it is not refused");
  return render(outcome.refused);
}

const ROUTED = {
  "rule.yaml": `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web }
spec:
  host: web
  subsets:
    - name: «v1» # the old one
      labels: { version: v1 }
    - name: v2
`,
  "routes.yaml": `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec:
  hosts: [web]
  http:
    - route:
        - destination: { host: web, subset: "«‸v1»" }
        - destination: { host: web, subset: v2 }
        - destination: { host: other, subset: v1 }
      mirror: { host: web, subset: '«v1»' }
`,
};

test("a subset is renamed in its rule and in all routes, quotes and comments stay", () => {
  const { from, risk } = renamed(ROUTED, "stable");
  assert.equal(from, "v1");
  assert.equal(risk, undefined);
});

test("what is renamed is the text without quotes", () => {
  const { world, document, offset, place } = marked(ROUTED);
  const found = prepareRename(world, document, offset);
  assert.ok(found !== undefined && "range" in found);
  assert.equal(found.text, "v1");
  assert.equal(place(document, found.range), "routes.yaml:8:46 v1");
});

test("a subset cannot take the name of another one", () => {
  assert.match(refused(ROUTED, "v2"), /^DestinationRule web has a “v2” already/);
});

test("a subset cannot take a name that Istio refuses", () => {
  assert.match(refused(ROUTED, "V 1"), /^“V 1” is no valid name here/);
});

const LABELLED = {
  "web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app: web } }
spec:
  selector: { matchLabels: { app: «web» } }
  template:
    metadata: { labels: { app: «web», tier: web } }
    spec:
      topologySpreadConstraints:
        - labelSelector: { matchExpressions: [{ key: app, operator: In, values: [«web»] }, { key: app, operator: Exists }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: «we‸b» } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { selector: { matchLabels: { app: «web» } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  selector: { matchLabels: { app: api } }
  template: { metadata: { labels: { app: api, tier: web } } }
`,
};

test("a label changes in the pods and in everything that selects them, and the immutable selector is said", () => {
  const { risk } = renamed(LABELLED, "shop");
  assert.equal(risk?.needsConfirmation, true);
  assert.match(render(risk.text), /^The spec\.selector of Deployment web is immutable/);
});

test("a label cannot take the value of other pods beside it", () => {
  assert.match(refused(LABELLED, "api"), /^Pods of Deployment api are labelled app=api already/);
});

test("a label's key changes wherever its pods are selected by it", () => {
  const { risk } = renamed(
    {
      "a.yaml": `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web, labels: { app: web } }
spec:
  selector: { matchLabels: { «app»: web } }
  template: { metadata: { labels: { «ap‸p»: web, x: y } } }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { selector: { matchExpressions: [{ key: «app», operator: In, values: [web, api] }, { key: «app», operator: Exists }] } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  selector: { matchLabels: { «app»: api } }
  template: { metadata: { labels: { «app»: api } } }
`,
    },
    "app.kubernetes.io/name",
  );
  assert.equal(risk?.needsConfirmation, true);
});

test("a selector that asks for a key alone does not tie the values together", () => {
  const workload = (name: string, label: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec:\n  selector: { matchLabels: { app: ${label} } }\n  template: { metadata: { labels: { app: ${label} } } }\n---\n`;
  renamed(
    {
      "a.yaml":
        workload("a", "«a»").replace("«a»", "«a‸»") +
        workload("b", "b") +
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: c }\nspec: { selector: { matchExpressions: [{ key: app, operator: Exists }] } }\n",
    },
    "shop",
  );
});

test("two workloads behind one selector keep the label they share", () => {
  const version = (name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: «web», version: ${name} } }
  template: { metadata: { labels: { app: «web», version: ${name} } } }
---
`;
  const own = version("v1").replace("«web», version: v1 } } }\n---", "«w‸eb», version: v1 } } }\n---");
  const service =
    "apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { selector: { app: «web» } }\n";
  renamed({ "a.yaml": own, "b.yaml": version("v2"), "c.yaml": service }, "shop");
});

test("a Service is renamed in hosts in full too, and a cluster keeps the old one", () => {
  const { risk } = renamed(
    {
      "a.yaml": `apiVersion: v1
kind: Service
metadata: { name: «w‸eb», namespace: shop }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web, namespace: pay }
spec: { host: «web».shop.svc.cluster.local }
`,
    },
    "shop",
  );
  assert.equal(risk?.needsConfirmation, false);
  assert.match(render(risk.text), /web stays there until it is deleted/);
});

test("a StatefulSet is renamed only when the user agrees: its data does not come along", () => {
  const { risk } = renamed(
    {
      "a.yaml": `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: «d‸b» }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: db }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: StatefulSet, name: «db» } }
`,
    },
    "data",
  );
  assert.equal(risk?.needsConfirmation, true);
});

test("a resource cannot take the name of its neighbour", () => {
  const files = {
    "a.yaml":
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ‸a }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: b }\n",
  };
  assert.match(refused(files, "b"), /^There is a ConfigMap b already, in w\/a\.yaml/);
});

test("a name that a template fills in is refused", () => {
  const files = { "a.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}-w‸eb\n" };
  assert.match(refused(files, "b"), /^A template or a variable fills in part of this name/);
});

test("a use of something that is nowhere is refused", () => {
  const files = {
    "a.yaml": "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: a }\nspec: { serviceName: w‸eb }\n",
  };
  assert.match(refused(files, "b"), /called “web”/);
});

test("a port number is no name", () => {
  const files = {
    "a.yaml": "apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { ports: [{ port: 8‸0 }] }\n",
  };
  assert.match(refused(files, "81"), /^80 is a port number/);
});

test("a port's name is renamed in its container, the probes and the Service, and must be short", () => {
  const files = {
    "a.yaml": `apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec:
  containers:
    - name: web
      ports: [{ name: «http», containerPort: 80 }]
      readinessProbe: { httpGet: { port: «http» } }
      livenessProbe: { tcpSocket: { port: 80 } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: «ht‸tp» }] }
`,
  };
  renamed(files, "web");
  assert.match(refused(files, "a-port-with-a-name"), /at most 15/);
});

test("a name that would be read as a number is put in quotes", () => {
  const files = {
    "a.yaml":
      "apiVersion: v1\nkind: Pod\nmetadata: { name: a, labels: { v: o‸ne } }\n---\napiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { selector: { v: 'one' } }\n",
  };
  const outcome = rename(files, "1");
  assert.ok(outcome !== undefined && "edits" in outcome);
  assert.deepEqual(
    outcome.edits.map(({ newText }) => newText),
    ['"1"', "1"],
  );
});

test("an anchor and its aliases change together, or not at all", () => {
  const text = (name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: &app «w‸eb» } }
  template: { metadata: { labels: { app: *app } } }
`;
  renamed({ "a.yaml": text("x") }, "shop");
  assert.match(refused({ "a.yaml": text("*app") }, "shop"), /YAML anchor “app”/);
});

test("overlays keep to themselves", () => {
  const overlay = (name: string) =>
    `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\n---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: a }\nspec: { serviceName: ${name} }\n`;
  renamed(
    {
      "dev/kustomization.yaml": "resources: [a.yaml]\n",
      "dev/a.yaml": overlay("«web»").replace("«web»", "«w‸eb»"),
      "prod/kustomization.yaml": "resources: [a.yaml]\n",
      "prod/a.yaml": overlay("web"),
    },
    "shop",
  );
});
