import assert from "node:assert/strict";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { blockingBudget, deployment } from "./manifests.ts";
import { checkJson, folderOf, found, KNOWN_RULES, mortal, nines } from "./nines.ts";

const bad = blockingBudget("a");
const json = `${JSON.stringify(
  {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "a" },
    spec: { maxUnavailable: 0, selector: { matchLabels: { app: "a" } } },
  },
  null,
  2,
)}\n`;
const drain = (...files: string[]) => files.map((file) => `${file} pdb-blocks-drain`);

test("manifests are found in every folder but those of other tools", () => {
  const cwd = folderOf({
    "a.yaml": bad,
    "sub/b.yml": bad,
    "sub/c.json": json,
    ".hidden/d.YAML": bad,
    "node_modules/pkg/e.yaml": bad,
    ".git/f.yaml": bad,
    "readme.md": bad,
    "data.json": `{"kind": "${"x".repeat(20_000)}", "apiVersion": "v1"}`,
  });
  assert.deepEqual(
    found(checkJson([], { cwd })),
    drain(".hidden/d.YAML", "a.yaml", "sub/b.yml", "sub/c.json"),
  );
});

test(".gitignore files count as in Git, the inner before the outer", () => {
  const cwd = folderOf({
    ".gitignore": "build/\n*.gen.yaml\n/top.yaml\n",
    "top.yaml": bad,
    "sub/top.yaml": bad,
    "build/a.yaml": bad,
    "x.gen.yaml": bad,
    "sub/.gitignore": "!keep.gen.yaml\nlocal.yaml\n",
    "sub/keep.gen.yaml": bad,
    "sub/local.yaml": bad,
    "local.yaml": bad,
  });
  assert.deepEqual(
    found(checkJson(["."], { cwd })),
    drain("local.yaml", "sub/keep.gen.yaml", "sub/top.yaml"),
  );
  assert.deepEqual(found(checkJson(["sub"], { cwd })), drain("sub/keep.gen.yaml", "sub/top.yaml"));
  // What is asked for by name is checked all the same.
  assert.deepEqual(found(checkJson(["top.yaml", "build"], { cwd })), drain("build/a.yaml", "top.yaml"));
});

test("`ignore` of .nines.yaml leaves files alone, also those asked for by name", () => {
  const cwd = folderOf({
    ".nines.yaml": `${KNOWN_RULES}ignore: [legacy/]\n`,
    "legacy/a.yaml": bad,
    "b.yaml": bad,
  });
  assert.deepEqual(found(checkJson(["."], { cwd })), drain("b.yaml"));
  const named = checkJson(["legacy/a.yaml"], { cwd });
  assert.deepEqual([named.status, named.findings.length, named.skipped[0]?.file], [0, 0, "legacy/a.yaml"]);
});

test("loops of links end, and nothing is checked twice", () => {
  const cwd = folderOf({ "a/b/c.yaml": bad, "outside.txt": bad });
  symlinkSync(cwd, join(cwd, "a/b/loop"), "junction");
  symlinkSync(join(cwd, "a"), join(cwd, "z"), "junction");
  if (process.platform !== "win32") {
    symlinkSync(join(cwd, "a/b/c.yaml"), join(cwd, "again.yaml"));
    symlinkSync(join(cwd, "outside.txt"), join(cwd, "link.yaml"));
  }
  const expected = process.platform === "win32" ? ["a/b/c.yaml"] : ["a/b/c.yaml", "link.yaml"];
  assert.deepEqual(found(checkJson(["."], { cwd })), drain(...expected));
  assert.deepEqual(found(checkJson(["z"], { cwd })), drain("z/b/c.yaml"));
  assert.deepEqual(found(checkJson(["z", "a", "a/b/c.yaml", "."], { cwd })).length, expected.length);
});

test("what cannot be read is listed, and the files beside it are checked", () => {
  const cwd = folderOf({
    "a.yaml": bad,
    "latin.yaml": Buffer.from([0x61, 0x3a, 0xe9]),
    "utf16.yaml": Buffer.from(`\uFEFF${bad}`, "utf16le"),
    "large.yaml": Buffer.alloc(21 * 1024 * 1024, "#"),
  });
  const isWindows = process.platform === "win32";
  if (!isWindows) symlinkSync(join(cwd, "nowhere"), join(cwd, "broken.yaml"));
  const report = checkJson(["."], { cwd });
  assert.deepEqual(found(report), drain("a.yaml"));
  assert.deepEqual(
    report.skipped.map(({ file }) => file),
    [...(isWindows ? [] : ["broken.yaml"]), "large.yaml", "latin.yaml", "utf16.yaml"],
  );
  for (const { reason } of report.skipped) assert.match(reason, /\.$/);
  // Not reading what was asked for by name is no clean verdict.
  assert.equal(checkJson(["utf16.yaml"], { cwd }).status, 2);
  const { stdout } = nines(["check", "utf16.yaml"], { cwd });
  assert.match(stdout, /UTF-16/);
  assert.match(stdout, /\nNothing was checked, so nothing is known/);
});

test("files and folders without permission are listed", {
  skip: process.platform === "win32" ? "Windows keeps no such permissions" : false,
}, () => {
  const cwd = folderOf({ "a.yaml": bad, "b.yaml": bad, "sub/c.yaml": bad });
  chmodSync(join(cwd, "b.yaml"), 0);
  chmodSync(join(cwd, "sub"), 0);
  const report = checkJson(["."], { cwd, through: mortal });
  const named = nines(["check", "sub"], { cwd, through: mortal }).status;
  chmodSync(join(cwd, "sub"), 0o700);
  assert.equal(named, 2, "not reading a folder that was asked for is no clean verdict");
  assert.deepEqual(found(report), drain("a.yaml"));
  assert.deepEqual(
    report.skipped.map(({ file }) => file),
    ["b.yaml", "sub"],
  );
});

test("a syntax error hides neither the documents nor the files beside it", () => {
  const cwd = folderOf({
    "a.yaml": `${bad}---\napiVersion: v1\nkind: Service\nmetadata: {name: [\n---\n${bad}`,
    "b.yaml": bad,
  });
  const rules = found(checkJson(["."], { cwd })).filter((line) => line.includes("drain"));
  assert.deepEqual(rules, drain("a.yaml", "a.yaml", "b.yaml"));
  assert.ok(found(checkJson(["."], { cwd })).includes("a.yaml yaml-syntax"));
});

test("references resolve in the project around the given paths, which alone are reported", () => {
  const budgets = Array.from(
    { length: 3 },
    (_, i) => `${blockingBudget("web").replace("name: web", `name: web-${i}`)}`,
  );
  const cwd = folderOf({
    ".git/HEAD": "ref: refs/heads/main\n",
    "app/deployment.yaml": deployment("web"),
    "app/budget.yaml": blockingBudget("web").replace("maxUnavailable: 0", "maxUnavailable: 1"),
    "other/budgets.yaml": budgets.join("---\n"),
  });
  const whole = found(checkJson(["."], { cwd })).filter((line) => line.startsWith("app/deployment.yaml"));
  const alone = found(checkJson(["app/deployment.yaml"], { cwd }));
  assert.deepEqual(alone, whole);
  assert.ok(!alone.some((line) => line.includes("pdb-missing")), "the budget beside it is seen");
  assert.deepEqual(checkJson(["app/deployment.yaml"], { cwd }).files, 1);
});

test("a file outside of every project is judged with those in its folder", () => {
  const cwd = folderOf({
    ".nines.yaml": undefined,
    "deployment.yaml": deployment("web"),
    "budget.yaml": blockingBudget("web").replace("maxUnavailable: 0", "maxUnavailable: 1"),
  });
  assert.ok(!found(checkJson(["deployment.yaml"], { cwd })).some((line) => line.includes("pdb-missing")));
});

test("names with blanks, signs and other scripts are told apart and shown as they are", () => {
  const names = ["a b.yaml", "100%.yaml", "v@1+2/x.yaml", "高可用.yaml", "a#b?.yaml"];
  if (process.platform === "win32") names.pop();
  const cwd = folderOf({ ...Object.fromEntries(names.map((name) => [name, bad])) });
  assert.deepEqual(new Set(found(checkJson(["."], { cwd }))), new Set(drain(...names)));
});

test("an empty folder is no failure, and is said to be empty", () => {
  const cwd = folderOf({ "readme.md": "" });
  mkdirSync(join(cwd, "empty"));
  const { status, stdout } = nines(["check", "empty"], { cwd });
  assert.equal(status, 0);
  assert.match(stdout, /No manifests found/);
  writeFileSync(join(cwd, "empty/x.txt"), "");
  assert.equal(checkJson(["empty"], { cwd }).files, 0);
});
