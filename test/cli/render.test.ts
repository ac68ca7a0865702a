import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { renderPath } from "../render/programs.ts";
import { checkJson, folderOf, found, nines } from "./nines.ts";

const { PATH, skip } = renderPath("helm", "kustomize");
const real = { skip };
const posix = { skip: process.platform === "win32" && "The fake programs are shell scripts." };
const RULES = "rules: { pdb-missing: off, spread-missing: off, readiness-probe-missing: off }\n";

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  {{- if .Values.recreate }}
  strategy:
    type: Recreate
  {{- end }}
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web:1 }] }
`;

const CHART = {
  ".nines.yaml": RULES,
  "shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
  "shop/values.yaml": "replicas: 3\nrecreate: false\n",
  "shop/templates/web.yaml": WEB,
  "shop/ci/small-values.yaml": "replicas: 1\n",
  "shop/ci/stop-values.yaml": "recreate: true\n",
};

const BASE = WEB.replace(/ {2}\{\{- if[\s\S]*end \}\}\n/, "")
  .replace("{{ .Release.Name }}-web", "web")
  .replace("{{ .Values.replicas }}", "3");
const OVERLAYS = {
  ".nines.yaml": RULES,
  "base/kustomization.yaml": "resources: [web.yaml]\n",
  "base/web.yaml": BASE,
  "overlays/dev/kustomization.yaml":
    "resources: [../../base]\nnamePrefix: dev-\nreplicas: [{ name: web, count: 1 }]\n",
  "overlays/prod/kustomization.yaml": "resources: [../../base]\npatches: [{ path: stop.yaml }]\n",
  "overlays/prod/stop.yaml":
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec:\n  strategy: { type: Recreate, rollingUpdate: null }\n",
};

test("a chart is judged with its own values and those under ci/, at the template's lines", real, () => {
  const cwd = folderOf(CHART);
  assert.deepEqual(found(checkJson([], { cwd, env: { PATH } })), []);
  const report = checkJson(["--render"], { cwd, env: { PATH } });
  assert.deepEqual(
    report.findings.map(({ ruleId, file, range, resource, fixable }) => [
      `${file}:${range.start.line}:${range.start.column} ${ruleId}`,
      `${resource?.kind}/${resource?.name}`,
      fixable,
    ]),
    [
      ["shop/templates/web.yaml:8:11 rollout-outage", "Deployment/shop-web", false],
      ["shop/templates/web.yaml:10:13 replicas-minimum", "Deployment/shop-web", false],
    ],
  );
  assert.deepEqual(report.skipped, []);
});

test("people are told which values show it", real, () => {
  const { stdout } = nines(["check", "--render"], { cwd: folderOf(CHART), env: { PATH } });
  assert.match(
    stdout,
    /shop\/ci\/small-values\.yaml:1:1 This shows when Helm renders the chart shop with ci\/small-values\.yaml\./,
  );
  assert.match(stdout, /shop\/ci\/stop-values\.yaml:1:1 This shows/);
});

test("an overlay is judged as it is built, at the patch or the base", real, () => {
  const cwd = folderOf(OVERLAYS);
  const report = checkJson(["--render"], { cwd, env: { PATH } });
  assert.deepEqual(
    report.findings.map(({ ruleId, file, range }) => `${file}:${range.start.line} ${ruleId}`),
    ["overlays/dev/kustomization.yaml:3 replicas-minimum", "overlays/prod/stop.yaml:5 rollout-outage"],
  );
  assert.deepEqual(report.skipped, []);
  // An overlay alone takes along what it builds on.
  const prod = checkJson(["--render", "overlays/prod"], { cwd, env: { PATH } });
  assert.deepEqual(found(prod), ["overlays/prod/stop.yaml rollout-outage"]);
  assert.deepEqual(found(checkJson(["--render", "base"], { cwd, env: { PATH } })), []);
});

test("without the programs templates stay silent, and one reason says so for all of them", () => {
  const cwd = folderOf({ ...CHART, ...OVERLAYS, "other/Chart.yaml": "name: other\nversion: 1.0.0\n" });
  const report = checkJson(["--render"], { cwd, env: { PATH: dirname(process.execPath) } });
  assert.deepEqual(found(report), []);
  assert.equal(report.status, 0);
  assert.deepEqual(
    report.skipped.map(({ file }) => file),
    ["other/Chart.yaml", "overlays/dev/kustomization.yaml"],
  );
  assert.match(report.skipped[0]?.reason ?? "", /no `helm` on the PATH, .* \(charts: 2\)/);
  assert.match(report.skipped[1]?.reason ?? "", /neither `kustomize` nor `kubectl` .* \(kustomizations: 2\)/);
});

test("nothing is run unless it is asked for", posix, () => {
  const { cwd, env } = withFakes(CHART, { helm: 'touch "$(dirname "$0")/ran"' });
  checkJson([], { cwd, env });
  assert.equal(existsSync(join(cwd, "bin/ran")), false);
});

test("libraries, missing dependencies and broken templates are skipped with their reasons", real, () => {
  const cwd = folderOf({
    ".nines.yaml": RULES,
    "broken/Chart.yaml": "apiVersion: v2\nname: broken\nversion: 1.0.0\n",
    "broken/ci/a-values.yaml": "a: 1\n",
    "broken/templates/a.yaml": "a: {{ .Values.missing.deeper }}\n",
    "lib/Chart.yaml": "apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n",
    "needs/Chart.yaml":
      "apiVersion: v2\nname: needs\nversion: 1.0.0\ndependencies: [{ name: redis, version: 1.0.0, repository: https://example.invalid }]\n",
  });
  const { skipped, status } = checkJson(["--render"], { cwd, env: { PATH } });
  assert.equal(status, 0);
  assert.deepEqual(
    skipped.map(({ file }) => file),
    ["broken/Chart.yaml", "lib/Chart.yaml", "needs/Chart.yaml"],
  );
  assert.match(skipped[0]?.reason ?? "", /`helm template` failed.*nil pointer evaluating/);
  assert.match(skipped[1]?.reason ?? "", /is a library/);
  assert.match(skipped[2]?.reason ?? "", /depends on redis, .* run `helm dependency build` first/);
});

test("a chart that is carried along is judged in its parent, at its own templates", real, () => {
  const cwd = folderOf({
    ...CHART,
    "shop/templates/web.yaml": "",
    "shop/charts/db/Chart.yaml": "apiVersion: v2\nname: db\nversion: 1.0.0\n",
    "shop/charts/db/values.yaml": "replicas: 1\nrecreate: false\n",
    "shop/charts/db/templates/web.yaml": WEB,
  });
  const report = checkJson(["--render"], { cwd, env: { PATH } });
  assert.deepEqual(found(report), ["shop/charts/db/templates/web.yaml replicas-minimum"]);
});

test("no address is followed and no program of a kustomization is run", real, () => {
  const cwd = folderOf({
    ".nines.yaml": RULES,
    "exec/kustomization.yaml": "generators: [g.yaml]\n",
    "exec/g.yaml":
      "apiVersion: v1\nkind: G\nmetadata: { name: g, annotations: { config.kubernetes.io/function: 'exec: { path: ./run.sh }' } }\n",
    "exec/run.sh": `#!/bin/sh\ntouch ran\n`,
    "remote/kustomization.yaml": "resources: [https://example.invalid/a.yaml]\n",
  });
  chmodSync(join(cwd, "exec/run.sh"), 0o755);
  const { skipped } = checkJson(["--render"], { cwd, env: { PATH } });
  assert.match(skipped[0]?.reason ?? "", /uses “generators”, which may run programs/);
  assert.match(skipped[1]?.reason ?? "", /builds on “https:\/\/example\.invalid\/a\.yaml”, which is no file/);
  assert.equal(existsSync(join(cwd, "exec/ran")), false);
});

test("programs get no credentials, no home and no PATH", posix, () => {
  const { cwd, env } = withFakes(CHART, {
    helm: 'env > "$(dirname "$0")/env"; pwd >> "$(dirname "$0")/env"',
  });
  checkJson(["--render"], {
    cwd,
    env: { ...env, AWS_SECRET_ACCESS_KEY: "x", KUBECONFIG: "/root/.kube/config" },
  });
  const seen = readFileSync(join(cwd, "bin/env"), "utf8");
  assert.doesNotMatch(seen, /AWS|\/root|node_modules/);
  assert.match(seen, /^KUBECONFIG=.*nines-render-.*\/no-cluster$/m);
  const cell = /^HOME=(.*)$/m.exec(seen)?.[1] ?? "";
  assert.match(cell, /nines-render-/);
  assert.equal(existsSync(cell), false, "the folder it ran in is gone");
});

test("endless output is cut off, and what was printed is no verdict", posix, () => {
  const { cwd, env } = withFakes(CHART, { helm: "yes 'a: b'" });
  const { skipped, findings } = checkJson(["--render"], { cwd, env });
  assert.deepEqual(findings, []);
  assert.match(skipped[0]?.reason ?? "", /wrote more than 16 MiB and was ended/);
});

test("kubectl does where there is no kustomize", posix, () => {
  const { cwd, env } = withFakes(OVERLAYS, {
    kubectl: `test "$1" = kustomize && printf '%s' '${BASE.replace("replicas: 3", "replicas: 1")}'`,
  });
  const report = checkJson(["--render", "overlays/dev"], { cwd, env });
  assert.deepEqual(found(report), ["overlays/dev/kustomization.yaml replicas-minimum"]);
});

test("what is not there as files is refused", () => {
  const cwd = folderOf({});
  const { status, stderr } = nines(["check", "--render", "--stdin"], { cwd });
  assert.equal(status, 2);
  assert.match(stderr, /--render renders/);
});

/** A folder with files and programs of our own, which are all that is on the PATH. */
function withFakes(files: Record<string, string>, programs: Record<string, string>) {
  const scripts = Object.entries(programs).map(([name, body]) => [
    `bin/${name}`,
    `#!/bin/sh\nPATH=/usr/bin:/bin; ${body}\n`,
  ]);
  const cwd = folderOf({ ...files, ...Object.fromEntries(scripts) });
  for (const name of Object.keys(programs)) chmodSync(join(cwd, "bin", name), 0o755);
  return { cwd, env: { PATH: join(cwd, "bin") } };
}
