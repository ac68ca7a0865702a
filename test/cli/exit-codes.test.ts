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
  assert.match(nines(["chekc"]).stderr, /Did you mean “check”/);
  assert.match(nines(["check", "--fail-no", "info"]).stderr, /--fail-on/);
  assert.match(nines(["explain", "weight-sum"]).stderr, /weights-sum/);
});

/** Arguments that are wrong, what is said of them, and the help that is named. */
const MISTAKES: readonly (readonly [args: readonly string[], said: RegExp, help: string])[] = [
  [["chekc"], /no command “chekc”\. Did you mean “check”\?/, "nines"],
  [["zzz"], /no command “zzz”\./, "nines"],
  [["check", "--zzz"], /no option “--zzz” here\./, "nines check"],
  [
    ["check", "--format", "xml"],
    /“xml” is no value for --format <format>\. Write one of pretty, json/,
    "nines check",
  ],
  [["check", "--config"], /--config <file> needs a value/, "nines check"],
  [["objectives"], /<plan> is missing/, "nines objectives"],
  [["export"], /--to <target> is missing/, "nines export"],
  [["rules", "a"], /`rules` takes 0 arguments, and 1 are written/, "nines rules"],
  [["shift", "promot"], /Did you mean “promote”\?/, "nines shift"],
  [["shift", "rollback"], /<target-or-id> is missing/, "nines shift rollback"],
];

test("every mistake in the arguments is a sentence, in the user's language, and names the help of its command", () => {
  for (const [args, said, help] of MISTAKES) {
    const { status, stdout, stderr } = nines(args, { cwd });
    assert.deepEqual([status, stdout], [2, ""], args.join(" "));
    assert.match(stderr, said);
    assert.ok(stderr.includes(`\`${help} --help\` lists what can be written.`), stderr);
    const chinese = nines(args, { cwd, env: { LANG: "zh_CN.UTF-8" } }).stderr;
    assert.doesNotMatch(chinese, /error:|There is|is missing|takes/);
    assert.match(chinese, /会列出可用的写法/);
  }
  assert.match(nines(["check", "-"], { cwd }).stderr, /nines check --stdin/);
});

test("the help is in Chinese where the environment is", () => {
  const env = { LANG: "zh_CN.UTF-8" };
  const help = (...args: string[]) => nines([...args, "--help"], { cwd, env }).stdout;
  const commands = [...help().matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1] ?? "");
  assert.ok(commands.includes("survive"), commands.join());
  for (const command of commands.filter((name) => name !== "help")) {
    const text = help(command);
    assert.match(text, /^用法: nines/);
    const described = text.split("\n").filter((line) => /^ {2}\S.*? {2,}\S/.test(line));
    assert.ok(described.length > 0, text);
    for (const line of described) assert.match(line, /\p{Script=Han}/u);
  }
});

test("help is asked for in either way", () => {
  assert.equal(nines(["help", "check"]).stdout, nines(["check", "--help"]).stdout);
  assert.equal(nines(["shift", "help", "promote"]).stdout, nines(["shift", "promote", "--help"]).stdout);
});
