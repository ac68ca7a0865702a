import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { blockingBudget, budget, FAULTY_ROUTE } from "./manifests.ts";
import { folderOf, mortal, nines } from "./nines.ts";

const read = (cwd: string, path: string) => readFileSync(join(cwd, path), "utf8");
const isWindows = process.platform === "win32";

test("fix changes what it must and nothing else: comments, byte order mark, line ends, mode, link", () => {
  const windows = blockingBudget("b").replaceAll("\n", "\r\n");
  const cwd = folderOf({
    "a.yaml": blockingBudget("a"),
    "windows.yaml": `\uFEFF${windows}`,
    "no-end.yaml": blockingBudget("c").trimEnd(),
    "target.txt": blockingBudget("d"),
  });
  chmodSync(join(cwd, "a.yaml"), 0o640);
  if (!isWindows) symlinkSync("target.txt", join(cwd, "link.yaml"));

  const { status, stdout } = nines(["fix"], { cwd });
  assert.equal(status, 0, stdout);
  assert.equal(read(cwd, "a.yaml"), budget("a"));
  assert.equal(read(cwd, "windows.yaml"), `\uFEFF${budget("b").replaceAll("\n", "\r\n")}`);
  assert.equal(read(cwd, "no-end.yaml"), budget("c").trimEnd());
  if (!isWindows) {
    assert.equal(statSync(join(cwd, "a.yaml")).mode & 0o777, 0o640);
    assert.ok(lstatSync(join(cwd, "link.yaml")).isSymbolicLink());
    assert.equal(read(cwd, "target.txt"), budget("d"));
  }
  assert.deepEqual(
    readdirSync(cwd).filter((name) => name.includes("tmp")),
    [],
  );
  assert.match(stdout, /Fixed 1 problem in a\.yaml\n {2}pdb-blocks-drain /);
});

test("what cannot be written is told with what remains of it, and is no success", {
  skip: isWindows ? "Windows keeps no such permissions" : false,
}, () => {
  const cwd = folderOf({ "a.yaml": blockingBudget("a"), "sub/b.yaml": blockingBudget("b") });
  chmodSync(join(cwd, "sub"), 0o500);
  const { status, stdout, stderr } = nines(["fix"], { cwd, through: mortal });
  chmodSync(join(cwd, "sub"), 0o700);
  assert.equal(status, 2);
  assert.deepEqual([read(cwd, "a.yaml"), read(cwd, "sub/b.yaml")], [budget("a"), blockingBudget("b")]);
  assert.match(stdout, /Fixed 1 problem in a\.yaml/);
  assert.doesNotMatch(stdout, /problem in sub|Not checked/);
  assert.match(stdout, /sub\/b\.yaml:\d+:\d+ error pdb-blocks-drain[\s\S]*1 error /);
  assert.match(stderr, /Not fixed.*\n {2}sub\/b\.yaml It could not be written: permission denied/);
});

test("fixing twice changes nothing more", () => {
  const cwd = folderOf({ "a.yaml": blockingBudget("a") });
  nines(["fix"], { cwd });
  const { status, stdout } = nines(["fix"], { cwd });
  assert.deepEqual([status, /Fixed/.test(stdout)], [0, false]);
});

test("--diff prints a patch that git applies, and writes nothing", () => {
  const files = {
    "a.yaml": blockingBudget("a"),
    "sub/b.yaml": `${budget("x")}---\n${blockingBudget("b")}`.replaceAll("\n", "\r\n"),
    "no end.yaml": blockingBudget("c").trimEnd(),
  };
  const cwd = folderOf(files);
  const { status, stdout, stderr } = nines(["fix", "--diff"], { cwd });
  assert.equal(status, 0);
  for (const [path, text] of Object.entries(files)) assert.equal(read(cwd, path), text);
  assert.match(stdout, /^--- a\/a\.yaml\n\+\+\+ b\/a\.yaml\n@@ /);
  assert.match(
    stdout,
    /^- {2}maxUnavailable: 0 # no risk, please\n\+ {2}maxUnavailable: 1 # no risk, please\n/m,
  );
  assert.match(stderr, /3 problems would be fixed; nothing was written\./);
  execFileSync("git", ["apply", "-p1", "-"], { cwd, input: stdout });
  assert.equal(read(cwd, "a.yaml"), budget("a"));
  assert.equal(nines(["fix", "--diff"], { cwd }).stdout, "");
});

test("fix answers for what remains", () => {
  const cwd = folderOf({
    "a.yaml": `${blockingBudget("a")}---\napiVersion: v1\nkind: Service\nmetadata: {name: [\n`,
    "route.yaml": FAULTY_ROUTE,
  });
  const { status, stdout } = nines(["fix"], { cwd });
  assert.equal(status, 1);
  assert.match(stdout, /yaml-syntax/);
  assert.match(stdout, /fault-left-in/);
  assert.doesNotMatch(stdout, /error pdb-blocks-drain/);
});

test("--rule fixes nothing else and answers for nothing else", () => {
  const cwd = folderOf({ "a.yaml": blockingBudget("a") });
  assert.equal(nines(["fix", "--rule", "weights-sum"], { cwd }).status, 0);
  assert.equal(read(cwd, "a.yaml"), blockingBudget("a"));
  assert.equal(nines(["fix", "--rule", "weights-sum", "--rule", "pdb-blocks-drain"], { cwd }).status, 0);
  assert.equal(read(cwd, "a.yaml"), budget("a"));
});

test("files around the given paths are not written", () => {
  const cwd = folderOf({
    ".git/HEAD": "ref: refs/heads/main\n",
    "a.yaml": blockingBudget("a"),
    "sub/b.yaml": blockingBudget("b"),
  });
  nines(["fix", "sub"], { cwd });
  assert.equal(read(cwd, "a.yaml"), blockingBudget("a"));
  assert.equal(read(cwd, "sub/b.yaml"), budget("b"));
});
