import assert from "node:assert/strict";
import { test } from "node:test";
import { blockingBudget, FAULTY_ROUTE } from "./manifests.ts";
import { checkJson, folderOf, found } from "./nines.ts";

const bad = blockingBudget("a");
const only = (report: ReturnType<typeof checkJson>) =>
  report.findings.filter(({ ruleId }) => ruleId === "pdb-blocks-drain" || ruleId === "config-invalid");

test("the nearest .nines.yaml counts, also one above the project", () => {
  const cwd = folderOf({
    ".nines.yaml": "rules: {pdb-blocks-drain: warning}\n",
    "repo/.git/HEAD": "ref: refs/heads/main\n",
    "repo/a.yaml": bad,
    "repo/inner/.nines.yaml": "rules: {pdb-blocks-drain: info}\n",
    "repo/inner/b.yaml": bad,
  });
  const severities = (args: string[]) =>
    Object.fromEntries(only(checkJson(args, { cwd })).map(({ file, severity }) => [file, severity]));
  assert.deepEqual(severities(["repo"]), { "repo/a.yaml": "warning", "repo/inner/b.yaml": "info" });
  assert.deepEqual(severities(["repo/inner/b.yaml"]), { "repo/inner/b.yaml": "info" });
});

test("what is wrong in a configuration that counts is reported, wherever it stands", () => {
  const cwd = folderOf({
    ".nines.yaml": "rules:\n  pdb-block-drain: off\n",
    "sub/a.yaml": bad,
    "other/.nines.yaml": "profil: strict\n",
    "other/b.yaml": bad,
  });
  const report = checkJson(["sub"], { cwd });
  assert.deepEqual(found({ ...report, findings: only(report) }), [
    ".nines.yaml config-invalid",
    "sub/a.yaml pdb-blocks-drain",
  ]);
  assert.match(report.findings[0]?.message ?? "", /pdb-blocks-drain/);
  assert.deepEqual(report.findings[0]?.range, {
    start: { line: 2, column: 3 },
    end: { line: 2, column: 18 },
  });
  assert.equal(only(checkJson(["."], { cwd })).length, 4);
});

test("--config counts for every file, whatever its name, and alone", () => {
  const cwd = folderOf({
    ".nines.yaml": "rules: {pdb-blocks-drain: off}\n",
    "a.yaml": bad,
    "ci/quiet.yaml": "rules: {pdb-blocks-drain: info}\n",
    "ci/wrong.yaml": "rules: {pdb-block-drain: info}\n",
  });
  const severity = (args: string[]) => only(checkJson([...args, "a.yaml"], { cwd })).map((f) => f.severity);
  assert.deepEqual(severity([]), []);
  assert.deepEqual(severity(["--config", "ci/quiet.yaml"]), ["info"]);
  assert.deepEqual(
    found(checkJson(["--config", "ci/wrong.yaml", "a.yaml"], { cwd }))[1],
    "ci/wrong.yaml config-invalid",
  );
});

test("--rule wins over configurations and their overrides", () => {
  const cwd = folderOf({
    ".nines.yaml":
      'rules: {fault-left-in: off}\noverrides:\n  - files: ["*.yaml"]\n    rules: {fault-left-in: info}\n',
    "route.yaml": FAULTY_ROUTE,
  });
  const severities = (args: string[]) =>
    checkJson([...args, "route.yaml"], { cwd })
      .findings.filter(({ ruleId }) => ruleId === "fault-left-in")
      .map(({ severity }) => severity);
  assert.deepEqual(severities([]), ["info"]);
  assert.deepEqual(severities(["--rule", "fault-left-in=error"]), ["error"]);
  assert.deepEqual(severities(["--rule", "fault-left-in=off"]), []);
});
