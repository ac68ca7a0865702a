import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { blockingBudget, FAULTY_ROUTE } from "./manifests.ts";
import { BIN, folderOf, KNOWN_RULES, nines } from "./nines.ts";

const broken = "apiVersion: v1\nkind: Service\nmetadata:\n  name: 高可用 [\n spec: {}\n";
const files = {
  ".nines.yaml": `profile: recommended\nrule:\n  weights-sum: off\n${KNOWN_RULES}`,
  "budget.yaml": blockingBudget("a"),
  "broken.yaml": broken,
  "cjk.yaml":
    "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: 应用}, spec: {maxUnavailable: 0, selector: {matchLabels: {app: x}}}}\n",
  "long.yaml": `{${" ".repeat(300)}apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b}, spec: {maxUnavailable: 0, selector: {matchLabels: {app: b}}}, ${'"注释": "'}${"长".repeat(200)}"}\n`,
  "route.yaml": FAULTY_ROUTE,
  "weights.yaml": `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: 应用
spec:
  hosts: [app]
  http:
    - name: 主路由
      route:
        - {weight: 95, destination: {host: app, port: {number: 80}}}
        - {weight: 6, destination: {host: app2, port: {number: 80}}}
`,
  "utf16.yaml": Buffer.from("\uFEFFkind: Service\n", "utf16le"),
};
const cwd = folderOf(files);

/** Compares with a file beside this one; `UPDATE_GOLDEN=1` writes it. */
function assertGolden(name: string, actual: string): void {
  const path = fileURLToPath(new URL(`golden/${name}`, import.meta.url));
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, actual);
  assert.equal(actual, readFileSync(path, "utf8").replaceAll("\r\n", "\n"));
}

test("the report for people", () => {
  assertGolden("check.txt", nines(["check"], { cwd }).stdout);
});

test("the report speaks Simplified Chinese where the environment does", () => {
  const last = (env: Record<string, string>) =>
    nines(["check"], { cwd, env }).stdout.trimEnd().split("\n").at(-1);
  const chinese = "6 个文件中的 6 个文档中有 6 个错误、1 个警告；其中 4 个可用 `nines fix` 修复";
  assert.equal(last({ LANG: "zh_CN.UTF-8" }), chinese);
  assert.equal(last({ LANG: "en_US.UTF-8", LC_ALL: "zh_CN" }), chinese);
  for (const LANG of ["C.UTF-8", "de_DE.UTF-8", "zh_TW.UTF-8", ""])
    assert.match(last({ LANG }) ?? "", /^6 errors/);
});

test("colours are there when they are wanted only", () => {
  const isColored = (args: string[], env: Record<string, string>) =>
    nines(["check", ...args], { cwd, env }).stdout.includes("\u001b[");
  assert.equal(isColored([], {}), false);
  assert.equal(isColored([], { FORCE_COLOR: "1" }), true);
  assert.equal(isColored([], { FORCE_COLOR: "0" }), false);
  assert.equal(isColored([], { FORCE_COLOR: "1", NO_COLOR: "1" }), false);
  assert.equal(isColored(["--no-color"], { FORCE_COLOR: "1" }), false);
});

test("a file cannot steer the terminal", () => {
  const evil = folderOf({ "a.yaml": blockingBudget("a").replace("no risk", "\u001b[2J\u009b31m\u202e") });
  const { stdout } = nines(["check"], { cwd: evil });
  assert.match(stdout, /pdb-blocks-drain/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not come through
  assert.doesNotMatch(stdout, /[\u001b\u009b\u202e]/);
});

test("a reader that goes away early is no failure", { skip: process.platform === "win32" }, () => {
  const many = folderOf({
    "a.yaml": Array.from({ length: 3000 }, (_, i) => blockingBudget(`b${i}`)).join("---\n"),
  });
  const script = `"${process.execPath}" "${BIN}" check | head -1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", script], { cwd: many, encoding: "utf8" });
  assert.equal(stderr, "");
  assert.match(stdout, /^a\.yaml:7:19 error .*\n1\n$/);
});
