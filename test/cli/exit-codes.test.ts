import assert from "node:assert/strict";
import { test } from "node:test";
import { blockingBudget, budget, FAULTY_ROUTE } from "./manifests.ts";
import { folderOf, KNOWN_RULES, nines, nodes } from "./nines.ts";

const cwd = folderOf({
  "clean/a.yaml": budget("a"),
  "warning/a.yaml": FAULTY_ROUTE,
  "error/a.yaml": blockingBudget("a"),
  "strict.yaml": `profile: strict\n${KNOWN_RULES}`,
  "typo.yaml": "profil: strict\n",
});
const isClean = ["clean"];
const hasWarning = ["warning"];
const hasError = ["error"];

/** Arguments of `nines check` and the exit code they mean. */
const CHECK: readonly (readonly [args: readonly string[], expected: number])[] = [
  [isClean, 0],
  [["--fail-on", "info", ...isClean], 0],
  [hasWarning, 0],
  [["--fail-on", "error", ...hasWarning], 0],
  [["--fail-on", "warning", ...hasWarning], 1],
  [["--fail-on", "info", ...hasWarning], 1],
  [hasError, 1],
  [["--fail-on", "error", ...hasError], 1],
  [["--rule", "fault-left-in=error", ...hasWarning], 1],
  [["--rule", "pdb-blocks-drain=info", ...hasError], 0],
  [["--rule", "pdb-blocks-drain=off", "--fail-on", "info", ...hasError], 0],
  [["--rule", "pdb-blocks-drain=off", "--rule", "pdb-blocks-drain=error", ...hasError], 1],
  [["--config", "strict.yaml", ...isClean], 0],
  [["--config", "typo.yaml", ...isClean], 1],
  [["clean/a.yaml"], 0],
  [["clean", "error/a.yaml"], 1],
  // Usage errors.
  [["no-such-folder"], 2],
  [["--config", "no-such-file.yaml", ...isClean], 2],
  [["--config", "clean", ...isClean], 2],
  [["--fail-on", "fatal", ...isClean], 2],
  [["--format", "xml", ...isClean], 2],
  [["--rule", "no-such-rule=off", ...isClean], 2],
  [["--rule", "pdb-blocks-drain", ...isClean], 2],
  [["--rule", "pdb-blocks-drain=fatal", ...isClean], 2],
  [["--no-such-option", ...isClean], 2],
  [["--stdin", ...isClean], 2],
  [["--stdin-filename", "a.yaml"], 2],
];

for (const [args, expected] of CHECK) {
  test(`nines check ${args.join(" ")}: ${expected}`, () => {
    const { status, stdout, stderr } = nines(["check", ...args], { cwd });
    assert.equal(status, expected, stderr);
    assert.equal(stdout === "", expected === 2, stdout);
    assert.equal(stderr !== "", expected === 2, stderr);
  });
}

const OTHERS: readonly (readonly [args: readonly string[], expected: number])[] = [
  [["--version"], 0],
  [["--help"], 0],
  [["check", "--help"], 0],
  [["rules"], 0],
  [["rules", "--format", "json"], 0],
  [["explain", "weights-sum"], 0],
  [["explain", "yaml-syntax"], 0],
  [["explain", "no-such-rule"], 2],
  [["explain"], 2],
  [["fix", "--diff", "clean"], 0],
  [["fix", "--diff", "error"], 0],
  [["fix", "--diff", "--rule", "weights-sum", "error"], 0],
  [["fix", "--rule", "no-such-rule", "error"], 2],
  [["fix", "no-such-folder"], 2],
  [["fix", "--no-such-option"], 2],
  [["chek"], 2],
  [[], 2],
];

for (const [args, expected] of OTHERS) {
  test(`nines ${args.join(" ")}: ${expected}`, () => {
    const { status, stderr } = nines(args, { cwd });
    assert.equal(status, expected, stderr);
    assert.equal(stderr.includes("defect"), false, stderr);
  });
}

for (const { name, node } of nodes()) {
  test(`every command runs on Node.js ${name}`, () => {
    const run = (args: string[]) => nines(args, { cwd, node }).status;
    assert.equal(run(["--version"]), 0);
    assert.equal(run(["rules"]), 0);
    assert.equal(run(["explain", "pdb-blocks-drain"]), 0);
    assert.equal(run(["check", "error"]), 1);
    assert.equal(run(["check", "--format", "json", "clean"]), 0);
    assert.equal(run(["fix", "--diff", "error"]), 0);
    assert.equal(run(["check", "--wrong"]), 2);
  });
}

test("misspelt commands, options and rules are answered with what was probably meant", () => {
  assert.match(nines(["chekc"]).stderr, /Did you mean check/);
  assert.match(nines(["check", "--fail-no", "info"]).stderr, /--fail-on/);
  assert.match(nines(["explain", "weight-sum"]).stderr, /weights-sum/);
});
