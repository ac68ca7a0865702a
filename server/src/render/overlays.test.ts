import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "../model/message.ts";
import { rules } from "../rules/registry.generated.ts";
import { type Files, memoryWorkspace, uriOf } from "../testing/memory-workspace.ts";
import { buildsOf } from "./build.ts";
import { BuiltFindings } from "./built-findings.ts";
import { judge } from "./judge.ts";
import type { BuiltFinding } from "./judged.ts";

const WANTED = ["replicas-minimum", "rollout-outage", "probe-timeout-exceeds-period"];
const judging = rules.filter(({ id }) => WANTED.includes(id));

const deployment = (fields = "") => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
${fields}  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: proxy
          image: proxy:1
        - name: web
          image: web:1
`;

/** What every build, in order, shows in addition to the sources: `file:line text rule`, and by which builds. */
function shown(files: Files, outputs: readonly string[], only = judging): Record<string, string[]> {
  const around = memoryWorkspace(files, only);
  const fileOf = (uri: string) => around.workspace.file(uri);
  const snapshot = () => around.workspace.snapshot();
  const { builds } = buildsOf(around.workspace.files());
  assert.equal(builds.length, outputs.length);
  const built: BuiltFinding[] = builds.flatMap((build, i) => [
    ...judge(build, outputs[i] ?? "", { file: fileOf, snapshot, policy: around.policy }).findings,
  ]);
  const own = around.findings();
  const all = new BuiltFindings(built);
  return Object.fromEntries(
    Object.keys(files).flatMap((path) => {
      const file = around.file(path);
      const sources = own.filter(({ document }) => document.file === file);
      return all
        .addTo(file, sources, fileOf)
        .filter((finding) => !sources.includes(finding))
        .map(({ ruleId, document, range, related, fixes }) => {
          assert.deepEqual(fixes, []);
          const { start, end } = document.inFile(range);
          const line = file.lines.position(start).line + 1;
          const by = related.map(
            ({ location, message }) => `${location.document.uri.slice(uriOf("").length)} ${render(message)}`,
          );
          return [`${path}:${line} ${file.text.slice(start, end)} ${ruleId}`, by];
        });
    }),
  );
}

const BASE = { "base/kustomization.yaml": "resources: [web.yaml]", "base/web.yaml": deployment() };
const single = deployment().replace("replicas: 3", "replicas: 1");
const byProd = ["prod/kustomization.yaml This shows in what Kustomize builds from prod."];

test("what a merge patch in a file sets is found there", () => {
  const files = {
    ...BASE,
    "prod/kustomization.yaml": "resources: [../base]\npatches: [{ path: scale.yaml }]",
    "prod/scale.yaml":
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  # fewer\n  replicas: 1\n",
  };
  assert.deepEqual(shown(files, [single]), { "prod/scale.yaml:6 1 replicas-minimum": byProd });
});

test("what a JSON patch sets is found at its value", () => {
  const files = {
    ...BASE,
    "prod/kustomization.yaml":
      "resources: [../base]\npatches: [{ path: p.yaml, target: { kind: Deployment, name: web } }]",
    "prod/p.yaml":
      "- op: add\n  path: /metadata/labels\n  value: {}\n- op: replace\n  path: /spec/replicas\n  value: 1\n",
  };
  assert.deepEqual(shown(files, [single]), { "prod/p.yaml:6 1 replicas-minimum": byProd });
});

test("what a patch inside the kustomization sets is found at the patch, and replicas at their count", () => {
  const patch =
    "apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: web}\n      spec: {replicas: 1}";
  const inline = {
    ...BASE,
    "prod/kustomization.yaml": `resources: [../base]\npatches:\n  - patch: |-\n      ${patch}\n`,
  };
  assert.deepEqual(shown(inline, [single]), { "prod/kustomization.yaml:3 patch replicas-minimum": byProd });
  const count = {
    ...BASE,
    "prod/kustomization.yaml": "resources: [../base]\nreplicas:\n  - name: web\n    count: 1\n",
  };
  assert.deepEqual(shown(count, [single]), { "prod/kustomization.yaml:4 1 replicas-minimum": byProd });
});

test("the outermost patch has the last word; names may get a prefix and a suffix on the way", () => {
  const scale = (n: number) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: ${n} }\n`;
  const files = {
    ...BASE,
    "middle/kustomization.yaml": "resources: [../base]\nnamePrefix: m-\npatches: [{ path: scale.yaml }]",
    "middle/scale.yaml": scale(2),
    "prod/kustomization.yaml":
      "resources: [../middle]\nnamePrefix: p-\nnameSuffix: -1\npatches: [{ path: scale.yaml }]",
    "prod/scale.yaml": scale(1),
  };
  assert.deepEqual(shown(files, [single.replace("name: web\nspec", "name: p-m-web-1\nspec")]), {
    "prod/scale.yaml:4 1 replicas-minimum": byProd,
  });
});

test("what is about a resource as a whole stands at the base, whatever names overlays give it", () => {
  const files = {
    ...BASE,
    "prod/kustomization.yaml":
      "resources: [../base]\nnamePrefix: p-\nnamespace: prod\npatches: [{ path: scale.yaml }]",
    "prod/scale.yaml":
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 4 }\n",
  };
  const output = deployment()
    .replace("replicas: 3", "replicas: 4")
    .replace("name: web\nspec", "name: p-web\n  namespace: prod\nspec");
  const spread = rules.filter(({ id }) => id === "spread-missing");
  assert.deepEqual(shown(files, [output], spread), { "base/web.yaml:4 web spread-missing": byProd });
});

test("in one kustomization replicas have the last word, then JSON patches, then merges", () => {
  const target = "target: { kind: Deployment, name: web }";
  const merge = "patches:\n  - path: scale.yaml\n";
  const json = `patchesJson6902:\n  - { ${target}, patch: '[{"op": "replace", "path": "/spec/replicas", "value": 1}]' }\n`;
  const count = "replicas:\n  - { name: web, count: 1 }\n";
  const placeOf = (fields: string) =>
    Object.keys(
      shown(
        {
          ...BASE,
          "prod/kustomization.yaml": `resources: [../base]\n${fields}`,
          "prod/scale.yaml":
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 1 }\n",
        },
        [single],
      ),
    );
  assert.deepEqual(placeOf(count + json + merge), ["prod/kustomization.yaml:3 1 replicas-minimum"]);
  assert.deepEqual(placeOf(merge + json), ["prod/kustomization.yaml:5 patch replicas-minimum"]);
  assert.deepEqual(placeOf(merge), ["prod/scale.yaml:4 1 replicas-minimum"]);
});

test("a component's patch counts", () => {
  const files = {
    ...BASE,
    "one/kustomization.yaml": "kind: Component\npatches: [{ path: scale.yaml }]",
    "one/scale.yaml":
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 1 }\n",
    "prod/kustomization.yaml": "resources: [../base]\ncomponents: [../one]",
  };
  assert.deepEqual(shown(files, [single]), { "one/scale.yaml:4 1 replicas-minimum": byProd });
});

test("a patched list item goes by its name, wherever it stands", () => {
  const probe = "          readinessProbe: { tcpSocket: { port: 1 }, timeoutSeconds: 20 }\n";
  const files = {
    ...BASE,
    "prod/kustomization.yaml": "resources: [../base]\npatchesStrategicMerge: [probe.yaml]",
    "prod/probe.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    spec:
      containers:
        - name: web
          readinessProbe:
            timeoutSeconds: 20
            tcpSocket: { port: 1 }
`,
  };
  const found = Object.keys(shown(files, [`${deployment()}${probe}`]));
  assert.deepEqual(found, ["prod/probe.yaml:10 20 probe-timeout-exceeds-period"]);
});

test("what several overlays show is told once, with their names; what the source shows is not repeated", () => {
  const files = {
    "base/kustomization.yaml": "resources: [web.yaml]",
    "base/web.yaml": deployment("  strategy: { type: Recreate }\n"),
    "dev/kustomization.yaml": "resources: [../base]",
    "prod/kustomization.yaml": "resources: [../base]",
  };
  const output = deployment("  strategy: { type: Recreate }\n").replace("replicas: 3", "replicas: 1");
  const found = shown(files, [output, output]);
  assert.deepEqual(found, {
    "base/web.yaml:6 3 replicas-minimum": [
      "dev/kustomization.yaml This shows in what Kustomize builds from dev.",
      ...byProd,
    ],
  });
});

test("a comment in the source silences what is built from it", () => {
  const silent = "  # nines-ignore replicas-minimum: a test\n  replicas: 3";
  const files = {
    ...BASE,
    "base/web.yaml": deployment().replace("  replicas: 3", silent),
    "prod/kustomization.yaml": "resources: [../base]",
  };
  assert.deepEqual(shown(files, [single]), {});
});

test("the configuration of the overlay and of the patch count, beside that of the base", () => {
  const files = {
    ...BASE,
    "dev/kustomization.yaml": "resources: [../base]\npatches: [{ path: ../patches/scale.yaml }]",
    "patches/scale.yaml":
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 1 }\n",
  };
  assert.deepEqual(Object.keys(shown(files, [single])), ["patches/scale.yaml:4 1 replicas-minimum"]);
  for (const excused of ["dev/**", "patches/**", "base/**"]) {
    const config = `overrides: [{ files: ["${excused}"], rules: { replicas-minimum: off } }]\n`;
    assert.deepEqual(shown({ ".nines.yaml": config, ...files }, [single]), {}, excused);
  }
  assert.deepEqual(shown({ ".nines.yaml": 'ignore: ["dev/"]\n', ...files }, [single]), {});
});

test("a comment in a template is needed when what is rendered says so, and never called unused", () => {
  const template = (comment: string) =>
    `{{- if .Values.web }}\n${deployment().replace("  replicas", `${comment}  replicas`)}{{- end }}\n`;
  const chart = (comment: string) => ({
    "app/Chart.yaml": "name: app",
    "app/templates/web.yaml": template(comment),
  });
  const output = `---\n# Source: app/templates/web.yaml\n${single}`;
  assert.deepEqual(Object.keys(shown(chart(""), [output])), ["app/templates/web.yaml:7 3 replicas-minimum"]);
  const silent = chart("  # nines-ignore replicas-minimum: a test\n");
  assert.deepEqual(shown(silent, [output]), {});
  assert.deepEqual(memoryWorkspace(silent, judging).findings(), []);
});

test("a budget of another overlay guards nothing here; a Service there may be sent to", () => {
  const budget = `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: web } } }
`;
  const route = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web, namespace: shop }
spec:
  hosts: [web]
  http: [{ route: [{ destination: { host: canary.shop.svc.cluster.local } }] }]
`;
  const service =
    "apiVersion: v1\nkind: Service\nmetadata: { name: canary, namespace: shop }\nspec: { ports: [{ port: 80 }] }\n";
  const files = {
    ...BASE,
    "dev/kustomization.yaml": "resources: [../base, route.yaml]",
    "dev/route.yaml": route,
    "prod/kustomization.yaml": "resources: [../base, budget.yaml, service.yaml]",
    "prod/budget.yaml": budget,
    "prod/service.yaml": service,
  };
  const outputs = [`${deployment()}---\n${route}`, `${deployment()}---\n${budget}---\n${service}`];
  const only = rules.filter(({ id }) => ["pdb-missing", "destination-unknown"].includes(id));
  assert.deepEqual(shown(files, outputs, only), {
    "base/web.yaml:4 web pdb-missing": [
      "dev/kustomization.yaml This shows in what Kustomize builds from dev.",
    ],
  });
});

test("what a generator made is told at the kustomization", () => {
  const files = { "prod/kustomization.yaml": "configMapGenerator: []\n" };
  assert.deepEqual(shown(files, [single]), {
    "prod/kustomization.yaml:1 configMapGenerator: [] replicas-minimum": byProd,
  });
});

test("output that is no YAML, or of somebody else's making, is no danger", () => {
  const files = { ...BASE, "prod/kustomization.yaml": "resources: [../base]" };
  for (const output of [
    "",
    "{{{{",
    "\u0000",
    "- [",
    "a: &a [*a]",
    "---\n---\n...\n---",
    single.slice(0, 200),
    "%YAML 1.1\n---\nx",
  ])
    assert.deepEqual(shown(files, [output]), {}, output);
});
