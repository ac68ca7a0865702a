import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { blockingBudget, budget, FAULTY_ROUTE } from "../cli/manifests.ts";
import { BIN, folderOf } from "../cli/nines.ts";
import { repositoryIn, repositoryOf } from "../cli/repository.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const COMMAND = `${process.execPath} ${BIN}`;

test("templates run the version that this repository publishes", () => {
  const { version } = JSON.parse(read("server/package.json")) as { version: string }; // npm's own format
  for (const path of ["action.yml", "ci/gitlab.yml", "ci/Containerfile", ".pre-commit-hooks.yaml"]) {
    const named = [...read(path).matchAll(/\b\d+\.\d+\.\d+\b/g)].map(([found]) => found);
    assert.ok(named.length > 0, path);
    for (const found of named) assert.equal(found, version, path);
  }
});

interface Job {
  readonly script: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly artifacts: { readonly reports: { readonly codequality: string } };
}

test("the GitLab job reports what a merge request brings about, and fails on errors only", () => {
  const { nines } = parse(read("ci/gitlab.yml")) as { nines: Job }; // what is tested
  const origin = repositoryOf({ "old.yaml": blockingBudget("old") });
  origin.git("checkout", "--quiet", "-b", "work");
  origin.write("new.yaml", FAULTY_ROUTE);
  origin.commit();
  const clone = join(folderOf({}), "clone");
  origin.git("clone", "--quiet", "--branch=work", "--single-branch", origin.folder, clone);
  const job = (env: Record<string, string>) => {
    const { status, stdout, stderr } = spawnSync("bash", ["-eo", "pipefail", "-c", nines.script.join("\n")], {
      cwd: clone,
      env: {
        PATH: process.env.PATH,
        HOME: "/nonexistent",
        NINES_COMMAND: COMMAND,
        ...nines.variables,
        ...env,
      },
      encoding: "utf8",
    });
    const report = readFileSync(join(clone, nines.artifacts.reports.codequality), "utf8");
    return { status, stdout, stderr, report: JSON.parse(report) as { check_name: string }[] }; // validated elsewhere
  };
  const request = job({ CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main" });
  assert.equal(request.status, 0, request.stderr);
  assert.deepEqual(
    request.report.map(({ check_name }) => check_name),
    ["fault-left-in"],
  );
  const branch = job({});
  assert.equal(branch.status, 1);
  assert.equal(branch.report.length, 2);
});

test("the pre-commit hook stops a commit that breaks something, and lets others pass", () => {
  const [hook] = parse(read(".pre-commit-hooks.yaml")) as { entry: string; pass_filenames: boolean }[]; // what is tested
  assert.equal(hook?.pass_filenames, false);
  const repository = repositoryOf({ "old.yaml": blockingBudget("old") });
  const entry = (hook?.entry ?? "").replace(/^npx --yes nines@\S+/, COMMAND);
  repository.write(".git/hooks/pre-commit", `#!/bin/sh\nexec ${entry}\n`);
  chmodSync(join(repository.folder, ".git/hooks/pre-commit"), 0o755);
  repository.write("a.yaml", budget("a"));
  repository.commit();
  repository.write("a.yaml", blockingBudget("a"));
  assert.throws(() => repository.commit(), /pdb-blocks-drain/);
  // Only what is staged counts.
  repository.git("reset", "--quiet");
  repository.write("b.yaml", budget("b"));
  repository.git("add", "b.yaml");
  repositoryIn(repository.folder).git("commit", "--quiet", "--message", "b");
});
