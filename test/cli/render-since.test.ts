import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { renderPath } from "../render/programs.ts";
import { OLD_BUDGET, SERVED_OVERLAY } from "../render/removed-api.ts";
import { BIN, checkJson, type JsonReport, nines } from "./nines.ts";
import { repositoryOf, type TestRepository } from "./repository.ts";

const { PATH: PROGRAMS, skip } = renderPath("helm", "kustomize");
const real = { skip };
const GIT = (process.env.PATH ?? "")
  .split(delimiter)
  .find((folder) => existsSync(join(folder, process.platform === "win32" ? "git.exe" : "git")));
const PATH = [PROGRAMS, GIT ?? ""].join(delimiter);

const RULES = `rules:
  pdb-missing: off
  spread-missing: off
  readiness-probe-missing: off
`;
const web = (replicas: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web:1 }] }
`;
const scale = (name: string, count: number) =>
  `resources: [../../base]\nnamePrefix: ${name}-\nreplicas: [{ name: web, count: ${count} }]\n`;
const FILES = {
  ".nines.yaml": RULES,
  "base/kustomization.yaml": "resources: [web.yaml]\n",
  "base/web.yaml": web("3"),
  "overlays/dev/kustomization.yaml": scale("dev", 1),
  "overlays/prod/kustomization.yaml": scale("prod", 3),
  "shop/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
  "shop/values.yaml": "replicas: 3\n",
  "shop/templates/_helpers.tpl": '{{- define "strategy" }}RollingUpdate{{ end }}\n',
  "shop/templates/web.yaml": web("{{ .Values.replicas }}").replace(
    "  selector",
    '  strategy: { type: {{ include "strategy" . }} }\n  selector',
  ),
};

const check = (repository: TestRepository, ...args: string[]) =>
  checkJson(["--render", ...args], { cwd: repository.folder, env: { PATH, TMPDIR: temporary } });
const told = ({ findings }: JsonReport) =>
  findings.map(({ file, ruleId, resource, causes }) => [
    `${file} ${ruleId}`,
    resource?.name,
    (causes ?? []).map((cause) => cause.file),
  ]);

/** A place for temporary files that nobody else uses. */
const temporary = mkdtempSync(join(tmpdir(), "nines-since-"));
after(() => rmSync(temporary, { recursive: true, force: true }));
const leftBehind = () => readdirSync(temporary).filter((name) => name.startsWith("nines-"));

test("what building shows is new where it did not show before, and the changed files are named", real, () => {
  const repository = repositoryOf(FILES);
  assert.deepEqual(told(check(repository, "--since", "main")), [], "dev had one pod before");
  repository.write("overlays/prod/kustomization.yaml", scale("prod", 2));
  repository.write("shop/values.yaml", "replicas: 1\n");
  repository.write("base/web.yaml", `# moved down by a line\n${web("3")}`);
  assert.deepEqual(told(check(repository, "--since", "main")), [
    ["overlays/prod/kustomization.yaml replicas-minimum", "prod-web", []],
    ["shop/templates/web.yaml replicas-minimum", "web", ["shop/values.yaml"]],
  ]);
  assert.deepEqual(leftBehind(), []);
});

test("a file that is no manifest counts too, and so does one that is gone", real, () => {
  const repository = repositoryOf({
    ...FILES,
    "base/web.yaml": web("1"),
    "overlays/prod/kustomization.yaml": "resources: [../../base]\npatches: [{ path: three.yaml }]\n",
    "overlays/prod/three.yaml":
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 3 }\n",
  });
  repository.write("shop/templates/_helpers.tpl", '{{- define "strategy" }}Recreate{{ end }}\n');
  repository.remove("overlays/prod/three.yaml");
  repository.write("overlays/prod/kustomization.yaml", "resources: [../../base]\n");
  const report = check(repository, "--since", "main");
  assert.deepEqual(told(report), [
    [
      "base/web.yaml replicas-minimum",
      "web",
      ["overlays/prod/kustomization.yaml", "overlays/prod/three.yaml"],
    ],
    ["shop/templates/web.yaml rollout-outage", "web", ["shop/templates/_helpers.tpl"]],
  ]);
  const { stdout } = nines(["check", "--render", "--since", "main"], {
    cwd: repository.folder,
    env: { PATH },
  });
  assert.match(stdout, /three\.yaml This file is gone, which brings the problem about\./);
  assert.match(stdout, /_helpers\.tpl This change brings the problem about\./);
});

test("what is staged is built from what is staged", real, () => {
  const repository = repositoryOf(FILES);
  repository.write("shop/values.yaml", "replicas: 1\n");
  repository.git("add", "shop/values.yaml");
  repository.write("shop/values.yaml", "replicas: 3\n");
  repository.write("overlays/prod/kustomization.yaml", scale("prod", 1));
  repository.write("overlays/new/kustomization.yaml", scale("new", 2));
  assert.deepEqual(told(check(repository, "--staged")), [
    ["shop/templates/web.yaml replicas-minimum", "web", ["shop/values.yaml"]],
  ]);
  assert.deepEqual(leftBehind(), []);
});

test("before the first commit everything staged is new", real, () => {
  const repository = repositoryOf(FILES);
  repository.git("update-ref", "-d", "HEAD");
  assert.deepEqual(
    told(check(repository, "--staged")).map(([place]) => place),
    ["overlays/dev/kustomization.yaml replicas-minimum"],
  );
});

test("a new overlay brings what its own files bring; a renamed one brings nothing", real, () => {
  const repository = repositoryOf(FILES);
  repository.write("overlays/qa/kustomization.yaml", scale("qa", 1));
  assert.deepEqual(told(check(repository, "--since", "main")), [
    ["overlays/qa/kustomization.yaml replicas-minimum", "qa-web", []],
  ]);
  repository.remove("overlays/qa/kustomization.yaml");
  repository.git("mv", "overlays/dev", "overlays/test");
  assert.deepEqual(told(check(repository, "--since", "main")), []);
});

test("of what could not be built before nobody calls anything new, and it says so", real, () => {
  const repository = repositoryOf({
    ...FILES,
    "overlays/dev/kustomization.yaml": `${scale("dev", 1)}patches: [{ path: gone.yaml }]\n`,
    "shop/values.yaml": "replicas: [\n",
  });
  repository.write("overlays/dev/kustomization.yaml", scale("dev", 1));
  repository.write("shop/values.yaml", "replicas: 1\n");
  const report = check(repository, "--since", "main");
  assert.deepEqual(told(report), []);
  assert.deepEqual(
    report.skipped.map(({ file }) => file),
    ["overlays/dev/kustomization.yaml", "shop/Chart.yaml"],
  );
  for (const { reason } of report.skipped)
    assert.match(reason, /^It could not be built as it was before the change, .+\. .*(gone\.yaml|failed)/);
});

test("a chart with links is not compared: what they lead to may not be what it was", real, () => {
  const repository = repositoryOf(FILES);
  symlinkSync("web.yaml", join(repository.folder, "shop/templates/again.yaml"));
  repository.commit();
  repository.write("shop/values.yaml", "replicas: 1\n");
  const report = check(repository, "--since", "HEAD");
  assert.deepEqual(told(report), []);
  assert.match(report.skipped[0]?.reason ?? "", /built as it was before the change, .* links or submodules/);
});

test("what every overlay resolves is told when the first one stops to", real, () => {
  const repository = repositoryOf({
    ".nines.yaml": "profile: minimal\nrules: { api-version-removed: error }\n",
    "base/kustomization.yaml": "resources: [budget.yaml]\n",
    "base/budget.yaml": OLD_BUDGET,
    "dev/kustomization.yaml": SERVED_OVERLAY,
    "prod/kustomization.yaml": SERVED_OVERLAY,
  });
  const env = { PATH };
  const { folder: cwd } = repository;
  assert.equal(checkJson([], { cwd, env }).findings.length, 1);
  assert.equal(checkJson(["--render"], { cwd, env }).findings.length, 0, "no overlay has it");
  repository.write("dev/kustomization.yaml", "resources: [../base]\n");
  const [finding, ...others] = checkJson(["--render"], { cwd, env }).findings;
  assert.deepEqual(others, []);
  assert.match(finding?.message ?? "", /Overlays that it applies to: dev\. The others .* resolve it\.$/);
  assert.deepEqual(told(check(repository, "--since", "main")), [
    ["base/budget.yaml api-version-removed", "web", ["dev/kustomization.yaml"]],
  ]);
  // One that cannot be built makes it uncertain again.
  repository.write("prod/kustomization.yaml", `${SERVED_OVERLAY}  - path: gone.yaml\n`);
  const [uncertain] = checkJson(["--render"], { cwd, env }).findings;
  assert.doesNotMatch(uncertain?.message ?? "", /Overlays/);
});

test("an end from outside leaves nothing behind, and nothing in the repository changes", {
  skip: process.platform === "win32" && "The fake program is a shell script.",
}, async () => {
  const repository = repositoryOf(FILES);
  const before = repository.git("status", "--porcelain", "--ignored") + repository.git("worktree", "list");
  const bin = join(temporary, "bin");
  mkdirSync(bin);
  const run = repositoryOf({ helm: `#!/bin/sh\nPATH=/usr/bin:/bin; echo $$ > '${bin}/pid'; sleep 1000\n` });
  chmodSync(join(run.folder, "helm"), 0o755);
  const child = spawn(process.execPath, [BIN, "check", "--render", "--since", "main"], {
    cwd: repository.folder,
    env: { PATH: [run.folder, GIT ?? ""].join(delimiter), HOME: dirname(temporary), TMPDIR: temporary },
    stdio: "ignore",
  });
  while (!existsSync(join(bin, "pid"))) await pause(20);
  assert.ok(leftBehind().length > 0, "it works in folders of its own");
  child.kill("SIGTERM");
  const code = await new Promise((resolve) => child.on("exit", resolve));
  assert.equal(code, 130);
  assert.deepEqual(leftBehind(), []);
  const pid = Number(readFileSync(join(bin, "pid"), "utf8"));
  while (existsSync(`/proc/${pid}`) && !/ Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8")))
    await pause(20);
  assert.equal(
    repository.git("status", "--porcelain", "--ignored") + repository.git("worktree", "list"),
    before,
  );
});
