import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { blockingBudget } from "./manifests.ts";
import { folderOf, nines } from "./nines.ts";

/** Writes down each start of Node.js. */
const NOTE = folderOf({
  "note.cjs": `process.stderr.write("start " + process.execArgv.join(" ") + "\\n");\n`,
});
const STARTS = { NODE_OPTIONS: `--require=${join(NOTE, "note.cjs")}` };

function tree(files: number): string {
  const cwd = folderOf({ "a.yaml": blockingBudget("a") });
  for (let i = 1; i < files; i++) writeFileSync(join(cwd, `b${i}.yaml`), "kind: ConfigMap\n");
  return cwd;
}

const canRestart = process.platform !== "win32" && process.execve !== undefined;

test("many files are read by a process with a small young generation", {
  skip: canRestart ? false : "Node.js cannot replace a process here",
}, () => {
  const { status, stdout, stderr } = nines(["check", "--format", "json"], {
    cwd: tree(1_000),
    env: STARTS,
  });
  assert.deepEqual([status, stderr], [1, "start \nstart --max-semi-space-size=2\n"]);
  assert.equal(JSON.parse(stdout).files, 1_000);
});

test("few files, and runs that were started with a size of their own, are read at once", () => {
  const few = nines(["check"], { cwd: tree(999), env: STARTS });
  assert.deepEqual([few.status, few.stderr], [1, "start \n"]);
  const NODE_OPTIONS = `${STARTS.NODE_OPTIONS} --max-semi-space-size=8`;
  const own = nines(["check"], { cwd: tree(1_000), env: { NODE_OPTIONS } });
  assert.deepEqual([own.status, own.stderr], [1, "start \n"]);
});
