import assert from "node:assert/strict";
import { test } from "node:test";
import { blockingBudget, budget, deployment } from "./manifests.ts";
import { checkJson, folderOf, found, nines } from "./nines.ts";

const cwd = folderOf({
  ".git/HEAD": "ref: refs/heads/main\n",
  "app/deployment.yaml": deployment("web"),
  "app/budget.yaml": budget("web"),
});

test("text from standard input stands for its file, in its project", () => {
  const stdin = ["--stdin", "--stdin-filename", "app/budget.yaml"];
  const broken = checkJson(stdin, { cwd, input: blockingBudget("web") });
  assert.deepEqual([broken.status, found(broken)], [1, ["app/budget.yaml pdb-blocks-drain"]]);
  assert.deepEqual(found(checkJson(stdin, { cwd, input: budget("web") })), []);
});

test("a file that does not exist yet is judged with its neighbours", () => {
  const args = ["--stdin", "--stdin-filename", "app/new.yaml"];
  const report = checkJson(args, { cwd, input: budget("nobody") });
  assert.ok(found(report).every((line) => line.startsWith("app/new.yaml ")));
  assert.equal(report.files, 1);
});

test("text without a place is all there is", () => {
  const report = checkJson(["--stdin"], { cwd, input: `${blockingBudget("web")}---\n${deployment("web")}` });
  assert.ok(found(report).includes("<stdin> pdb-blocks-drain"), report.stdout);
  assert.equal(report.status, 1);
});

test("text that is not UTF-8 is a usage error, nothing at all is clean", () => {
  const latin = nines(["check", "--stdin"], { cwd, input: Buffer.from([0x61, 0x3a, 0xe9]) });
  assert.equal(latin.status, 2);
  assert.match(latin.stderr, /UTF-8/);
  assert.equal(nines(["check", "--stdin"], { cwd, input: "" }).status, 0);
});
