import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parse } from "yaml";
import { blockingBudget, budget, FAULTY_ROUTE } from "../cli/manifests.ts";
import { BIN, folderOf } from "../cli/nines.ts";
import { repositoryIn, repositoryOf, type TestRepository } from "../cli/repository.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string; readonly description: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: {
    readonly steps: readonly {
      readonly id?: string;
      readonly shell: string;
      readonly env: Record<string, string>;
      readonly run: string;
      readonly "working-directory": string;
    }[];
  };
}

const action = parse(readFileSync(join(root, "action.yml"), "utf8")) as Action; // its shape is asserted below
const [step] = action.runs.steps;
assert.ok(step);

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** Runs the action's step as a runner does: inputs put into its environment, its script given to its shell. */
function run(
  repository: TestRepository,
  inputs: Readonly<Record<string, string>> = {},
  github: Readonly<Record<string, string>> = {},
): Run {
  const values: Record<string, string> = {};
  for (const [name, { default: fallback }] of Object.entries(action.inputs))
    values[name] = inputs[name] ?? fallback;
  const filled = (text: string) =>
    text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => values[name] ?? assert.fail(name));
  const files = folderOf({ output: "", summary: "" });
  const env = {
    PATH: process.env.PATH,
    HOME: "/nonexistent",
    GIT_CONFIG_NOSYSTEM: "1",
    NINES_COMMAND: `${process.execPath} ${BIN}`,
    GITHUB_ACTION_PATH: root,
    GITHUB_OUTPUT: join(files, "output"),
    GITHUB_STEP_SUMMARY: join(files, "summary"),
    ...github,
    ...Object.fromEntries(Object.entries(step?.env ?? {}).map(([name, value]) => [name, filled(value)])),
  };
  const cwd = join(repository.folder, filled(step?.["working-directory"] ?? ""));
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-eo", "pipefail", "-c", step?.run ?? ""],
    { cwd, env, encoding: "utf8" },
  );
  const outputs = Object.fromEntries(
    readFileSync(env.GITHUB_OUTPUT, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split("=", 2) as [string, string]), // `name=value`
  );
  return { status, stdout, stderr, outputs, summary: readFileSync(env.GITHUB_STEP_SUMMARY, "utf8") };
}

test("every input reaches the script through the environment, every output comes from it", () => {
  const used = Object.values(step.env).join();
  for (const name of Object.keys(action.inputs))
    assert.ok(
      used.includes(`inputs.${name} `) || step["working-directory"].includes(`inputs.${name} `),
      name,
    );
  // What somebody wrote into a pull request must not become part of a script.
  assert.doesNotMatch(step.run, /\$\{\{/);
  const script = readFileSync(join(root, "ci/github-action.sh"), "utf8");
  for (const name of Object.keys(action.outputs)) assert.ok(script.includes(`${name}=`), name);
});

test("outside of a pull request everything is checked, annotated, counted and summed up", () => {
  const repository = repositoryOf({ "a.yaml": blockingBudget("a"), "route.yaml": FAULTY_ROUTE });
  const { status, stdout, outputs, summary } = run(repository);
  assert.equal(status, 1);
  assert.match(stdout, /^::error file=a\.yaml,line=7,/m);
  assert.deepEqual(outputs, { errors: "1", warnings: "1", suggestions: "0", fixable: "1" });
  assert.match(summary, /\*\*1 error, 1 warning\*\*/);
});

test("in a pull request only what it brings about counts, and a shallow checkout is completed", () => {
  const origin = repositoryOf({ "old.yaml": blockingBudget("old") });
  origin.git("checkout", "--quiet", "-b", "work");
  origin.write("new.yaml", FAULTY_ROUTE);
  origin.commit();
  const clone = join(folderOf({}), "clone");
  origin.git("clone", "--quiet", "--depth=1", "--branch=work", pathToFileURL(origin.folder).href, clone);
  const { status, stdout, outputs } = run(repositoryIn(clone), {}, { GITHUB_BASE_REF: "main" });
  assert.equal(status, 0);
  assert.match(stdout, /fetching its history/);
  assert.deepEqual([outputs.errors, outputs.warnings], ["0", "1"]);
  assert.match(stdout, /^::warning file=new\.yaml/m);
  assert.doesNotMatch(stdout, /old\.yaml/);
});

test("fail-on, paths, baseline, working-directory and the SARIF file do what they say", () => {
  const files = { "deploy/a.yaml": blockingBudget("a"), "deploy/sub/b c.yaml": FAULTY_ROUTE };
  const repository = repositoryOf(files);
  assert.equal(run(repository, { "fail-on": "never" }).status, 0);
  assert.equal(run(repository, { paths: "deploy/sub" }).status, 0);
  assert.equal(run(repository, { paths: "deploy/sub/b c.yaml", "fail-on": "warning" }).status, 1);
  assert.equal(run(repository, { paths: "deploy/sub\ndeploy/a.yaml" }).status, 1);
  const { stdout } = run(repository, {
    "working-directory": "deploy",
    "sarif-file": "out.sarif",
    "fail-on": "never",
  });
  assert.match(stdout, /file=a\.yaml/);
  const { runs } = JSON.parse(readFileSync(join(repository.folder, "deploy/out.sarif"), "utf8")) as {
    runs: { results: unknown[] }[];
  }; // SARIF, validated elsewhere
  assert.equal(runs[0]?.results.length, 2);
  repository.write("baseline.json", '{"version": 1, "findings": []}');
  assert.equal(run(repository, { baseline: "baseline.json" }).status, 1);
});

test("what cannot be run is a failure that says why, never a clean verdict", () => {
  const repository = repositoryOf({ "a.yaml": budget("a") });
  for (const [inputs, message] of [
    [{ "fail-on": "sometimes" }, /fail-on is “sometimes”/],
    [{ render: "yes" }, /render is “yes”/],
    [{ since: "nowhere" }, /no commit called “nowhere”/],
    [{ paths: "missing" }, /missing/],
    [{ paths: "--config=x" }, /--config=x/],
    [{ baseline: "missing.json" }, /could not be read/],
  ] as const) {
    const { status, stdout, stderr } = run(repository, inputs);
    assert.equal(status, 2, JSON.stringify(inputs));
    assert.match(stdout + stderr, message);
  }
});
