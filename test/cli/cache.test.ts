import assert from "node:assert/strict";
import { appendFileSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { blockingBudget, budget } from "./manifests.ts";
import { folderOf, nines } from "./nines.ts";

const CACHE = ["--cache", ".cache"];
const check = (cwd: string, args: readonly string[] = [], env = {}) =>
  nines(["check", ...CACHE, ...args], { cwd, env });
const runs = (cwd: string) => readdirSync(join(cwd, ".cache"));

test("the second run says what the first one said, from one kept run", () => {
  const cwd = folderOf({ "a.yaml": blockingBudget("a"), "utf16.yaml": Buffer.from([0xff, 0xfe, 0x61, 0]) });
  const first = check(cwd);
  assert.equal(first.status, 1);
  const [kept] = runs(cwd);
  const before = statSync(join(cwd, ".cache", kept ?? "")).mtimeMs;
  assert.deepEqual(check(cwd), first);
  assert.deepEqual(runs(cwd), [kept]);
  // Its being used is noted, so that it is not the first to go.
  assert.ok(statSync(join(cwd, ".cache", kept ?? "")).mtimeMs >= before);
  assert.deepEqual(nines(["check"], { cwd }), first);
});

test("a change that leaves time and size alone is seen", () => {
  const cwd = folderOf({ "a.yaml": blockingBudget("a"), "other.yaml": budget("b") });
  const path = join(cwd, "a.yaml");
  assert.equal(check(cwd).status, 1);
  const { atime, mtime, size } = statSync(path);
  writeFileSync(path, budget("a"));
  utimesSync(path, atime, mtime);
  assert.equal(statSync(path).size, size);
  assert.equal(check(cwd).status, 0);
});

test("whatever decides the outcome makes it another run", () => {
  const cwd = folderOf({ "sub/a.yaml": blockingBudget("a"), "context.yaml": budget("b") });
  const seen = new Set<string>();
  const isNew = (step: string, args: readonly string[] = [], env = {}) => {
    check(cwd, args, env);
    const before = seen.size;
    for (const name of runs(cwd)) seen.add(name);
    assert.equal(seen.size, before + 1, step);
  };
  isNew("first");
  isNew("a path", ["sub"]);
  appendFileSync(join(cwd, "context.yaml"), "# a file that is not asked for\n");
  isNew("the context", ["sub"]);
  isNew("an option", ["--rule", "pdb-blocks-drain=warning"]);
  isNew("the language", [], { LANG: "zh_CN.UTF-8" });
  isNew("the format", ["--format", "json"]);
  writeFileSync(join(cwd, ".nines.yaml"), "rules:\n  pdb-blocks-drain: off\n");
  isNew("the configuration");
  writeFileSync(join(cwd, "new.yaml"), budget("c"));
  isNew("a new file");
  writeFileSync(join(cwd, ".gitignore"), "new.yaml\n");
  // Ignored, it is as if it were not there: what was said before it came is said again.
  check(cwd);
  assert.equal(runs(cwd).length, seen.size);
});

test("a kept run that was damaged is not believed", () => {
  const cwd = folderOf({ "a.yaml": blockingBudget("a") });
  const first = check(cwd);
  const path = join(cwd, ".cache", runs(cwd)[0] ?? "");
  const kept = readFileSync(path, "utf8");
  for (const damaged of [kept.replace('"exitCode":1', '"exitCode":0'), kept.slice(0, -20), "", "{}"]) {
    writeFileSync(path, damaged);
    assert.deepEqual(check(cwd), first);
  }
});

test("the job's summary is written again", () => {
  const cwd = folderOf({ "a.yaml": blockingBudget("a"), "summary.md": "" });
  const env = { GITHUB_STEP_SUMMARY: join(cwd, "summary.md") };
  check(cwd, ["--format", "github"], env);
  const once = readFileSync(env.GITHUB_STEP_SUMMARY, "utf8");
  assert.match(once, /1 error/);
  check(cwd, ["--format", "github"], env);
  assert.equal(readFileSync(env.GITHUB_STEP_SUMMARY, "utf8"), once + once);
});

test("old runs go", () => {
  const cwd = folderOf({ "a.yaml": budget("a") });
  for (let i = 0; i < 33; i++)
    check(cwd, ["--rule", `pdb-missing=${["off", "info", "warning"][i % 3]}`, ...Array(i).fill("a.yaml")]);
  assert.equal(runs(cwd).length, 30);
});

test("a folder that cannot be made is a usage error", () => {
  const cwd = folderOf({ "a.yaml": budget("a") });
  const { status, stderr } = nines(["check", "--cache", "a.yaml/x"], { cwd });
  assert.equal(status, 2);
  assert.match(stderr, /cache folder .* cannot be used: .*Name one/);
});
