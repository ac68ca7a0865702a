import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { renderPath } from "../render/programs.ts";
import { folderOf, nines } from "./nines.ts";

const { PATH, skip } = renderPath("helm", "kustomize");

const deployment = (name: string, pod = "") => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: prod }
spec:
  replicas: 3
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
${pod}      containers: [{ name: web, image: web }]
`;
const SPREAD = `      topologySpreadConstraints:
        - { topologyKey: topology.kubernetes.io/zone, maxSkew: 1, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: web } } }
`;
const BUDGET = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: shop, namespace: prod }
spec: { minAvailable: 3, selector: { matchLabels: { app: shop } } }
`;
const FILES = {
  "web/web.yaml": deployment("web", SPREAD),
  "shop/shop.yaml": `${deployment("shop")}${BUDGET}`,
};
const THREE_ZONES = { ".nines.yaml": "topology: { nodes: 6, zones: 3 }\n" };

test("the table has a row for each workload, by bundle, and says why something is not guaranteed", () => {
  const { status, stdout, stderr } = nines(["survive"], { cwd: folderOf({ ...FILES, ...THREE_ZONES }) });
  assert.deepEqual([status, stderr], [0, ""]);
  const lines = stdout.split("\n");
  const row = (start: string) =>
    lines
      .find((line) => line.trimStart().startsWith(start))
      ?.split(/\s{2,}/)
      .slice(1);
  assert.deepEqual(row("shop"), ["shop", "Node loss", "Zone loss", "Node drain", "Rollout"]);
  assert.deepEqual(row("Deployment prod/shop"), ["Deployment prod/shop", "✗ 0/3", "✗ 0/3", "blocked", "3/3"]);
  assert.deepEqual(row("Deployment prod/web"), ["Deployment prod/web", "2/3", "2/3", "2/3", "3/3"]);
  assert.match(
    stdout,
    /shop\/shop\.yaml:3:19\n {4}Node loss: No pod may be left: all 3 may be on the same node\./,
  );
  assert.match(
    stdout,
    /Node drain: The drain never ends: .* PodDisruptionBudget shop \(minAvailable: 3\) lets 0 of 3 pods go\./,
  );
  assert.match(stdout, /1 of 2 workloads are guaranteed to survive/);
});

test("without a topology a spread is unknown, and the table says what to state", () => {
  const cwd = folderOf({ "web.yaml": FILES["web/web.yaml"], ".nines.yaml": undefined });
  const { status, stdout } = nines(["survive", "web.yaml"], { cwd });
  assert.equal(status, 0);
  assert.match(stdout, /Zone loss: .*State topology\.zones in \.nines\.yaml/);
});

test("the JSON form has the published shape", () => {
  const { status, stdout } = nines(["survive", "--format", "json", "web"], {
    cwd: folderOf({ ...FILES, ...THREE_ZONES }),
  });
  assert.equal(status, 0);
  const survives = (message: string) => ({ state: "guaranteed", stay: 2, of: 3, message });
  const why =
    "The required spread over topology.kubernetes.io/zone with maxSkew 1 leaves at most 1 in one of 3 domains.";
  assert.deepEqual(JSON.parse(stdout), {
    version: 1,
    workloads: [
      {
        resource: { apiVersion: "apps/v1", kind: "Deployment", namespace: "prod", name: "web" },
        file: "web/web.yaml",
        start: { line: 3, column: 19 },
        bundles: [{ path: "web", kind: "folder" }],
        state: "guaranteed",
        scenarios: {
          nodeLoss: survives(`At least 2 of 3 pods stay: one node holds at most 1. ${why}`),
          zoneLoss: survives(`At least 2 of 3 pods stay: one zone holds at most 1. ${why}`),
          drain: survives(
            "At least 2 of 3 pods stay while one node is drained: it holds at most 1. No PodDisruptionBudget limits how many are evicted when several nodes are drained at once.",
          ),
          rollout: { ...survives("All 3 pods stay: a pod goes only when its successor is ready."), stay: 3 },
        },
      },
    ],
    skipped: [],
  });
});

test("a workload that two overlays build on is in both tables, and once in JSON", () => {
  const cwd = folderOf({
    "base/web.yaml": deployment("web"),
    "base/kustomization.yaml": "resources: [web.yaml]\n",
    "dev/kustomization.yaml": "resources: [../base]\n",
    "prod/kustomization.yaml": "resources: [../base]\n",
  });
  const { stdout } = nines(["survive"], { cwd });
  assert.deepEqual(
    stdout.match(/^ {2}\w+(?= +Node loss)/gm)?.map((name) => name.trim()),
    ["base", "dev", "prod"],
  );
  const { workloads } = JSON.parse(nines(["survive", "--format", "json"], { cwd }).stdout);
  assert.equal(workloads.length, 1);
});

test("with --render each overlay and each release has a table of its own, in place of the sources", {
  skip,
}, () => {
  const chart = deployment("{{ .Release.Name }}").replace("replicas: 3", "replicas: {{ .Values.replicas }}");
  const cwd = folderOf({
    ...THREE_ZONES,
    "alone.yaml": deployment("alone"),
    "base/web.yaml": deployment("web", SPREAD),
    "base/kustomization.yaml": "resources: [web.yaml]\n",
    "dev/kustomization.yaml": "resources: [../base]\nnamePrefix: dev-\nreplicas: [{ name: web, count: 1 }]\n",
    "prod/kustomization.yaml": "resources: [../base]\nreplicas: [{ name: web, count: 6 }]\n",
    "broken/kustomization.yaml": "resources: [../base]\npatches: [{ path: gone.yaml }]\n",
    "shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
    "shop/values.yaml": "replicas: 2\n",
    "shop/ci/big-values.yaml": "replicas: 5\n",
    "shop/templates/web.yaml": chart,
  });
  const { status, stdout } = nines(["survive", "--render"], { cwd, env: { PATH } });
  assert.equal(status, 0);
  const titles = stdout.match(/^ {2}\S.*(?= +Node loss)/gm)?.map((title) => title.trim());
  assert.deepEqual(titles, [
    ".",
    "broken",
    "dev, as Kustomize builds it",
    "prod, as Kustomize builds it",
    "shop, as Helm renders it with its own values.yaml",
    "shop, as Helm renders it with ci/big-values.yaml",
  ]);
  const rows = stdout.match(/^ {2}Deployment .*$/gm)?.map((row) => row.trim().split(/\s{2,}/));
  assert.deepEqual(rows, [
    ["Deployment prod/alone", "✗ 0/3", "✗ 0/3", "✗ 0/3", "3/3"],
    ["Deployment prod/web", "?", "?", "?", "?"],
    ["Deployment prod/dev-web", "✗ 0/1", "✗ 0/1", "✗ 0/1", "1/1"],
    ["Deployment prod/web", "4/6", "4/6", "4/6", "5/6"],
    ["Deployment prod/shop", "✗ 0/2", "✗ 0/2", "✗ 0/2", "2/2"],
    ["Deployment prod/shop", "✗ 0/5", "✗ 0/5", "✗ 0/5", "4/5"],
  ]);
  assert.match(stdout, /broken\/kustomization\.yaml.*gone\.yaml/);
  const { workloads } = JSON.parse(
    nines(["survive", "--render", "--format", "json"], { cwd, env: { PATH } }).stdout,
  ) as { workloads: { file: string; bundles: unknown }[] }; // the published form
  assert.deepEqual(
    workloads.map(({ file, bundles }) => [file, bundles]),
    [
      ["alone.yaml", [{ path: ".", kind: "folder" }]],
      ["base/web.yaml", [{ path: "dev", kind: "kustomization", rendered: true }]],
      ["base/web.yaml", [{ path: "prod", kind: "kustomization", rendered: true }]],
      ["base/web.yaml", [{ path: "broken", kind: "kustomization" }]],
      ["shop/templates/web.yaml", [{ path: "shop", kind: "chart", rendered: true }]],
      [
        "shop/templates/web.yaml",
        [{ path: "shop", kind: "chart", rendered: true, values: "shop/ci/big-values.yaml" }],
      ],
    ],
  );
});

test("no workloads are no error, a path that is not there is one", () => {
  const cwd = folderOf({ "config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n" });
  const none = nines(["survive"], { cwd });
  assert.deepEqual([none.status, none.stdout], [0, "There are no workloads in these files.\n"]);
  assert.equal(nines(["survive", "nowhere"], { cwd }).status, 2);
});

test("names cannot steer the terminal, and sentences are in the user's language", () => {
  const cwd = folderOf({ "web.yaml": deployment('"a\\e[31mb"') });
  const { stdout } = nines(["survive"], { cwd, env: { LANG: "zh_CN.UTF-8" } });
  assert.ok(!stdout.includes("\u001b[31m"));
  assert.match(stdout, /可能一个 Pod 都不剩：全部 3 个可能都在同一个节点上。/);
});

test("the README shows what the command prints", () => {
  const readme = readFileSync(join(import.meta.dirname, "..", "..", "README.md"), "utf8");
  const [, shown] = /\$ nines survive examples\/control-plane\n([^`]*)```/.exec(readme) ?? [];
  assert.equal(nines(["survive", "examples/control-plane"]).stdout, shown);
});
