import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { nines } from "./nines.ts";

const folder = mkdtempSync(join(tmpdir(), "nines-export-"));
after(() => rmSync(folder, { recursive: true }));

/** A folder with a configuration. */
function configured(name: string, config: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, ".nines.yaml"), config);
  return path;
}

const plain = configured("plain", "profile: recommended\n");
const TO = ["export", "--to", "validating-admission-policy"];

interface Exported {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly validationActions?: readonly string[] };
}

function exported(
  args: readonly string[],
  cwd = plain,
): { objects: Exported[]; stdout: string; stderr: string } {
  const { status, stdout, stderr } = nines([...TO, ...args], { cwd });
  assert.equal(status, 0, stderr);
  // What the test is about.
  return { objects: parseAllDocuments(stdout).map((each) => each.toJS() as Exported), stdout, stderr };
}

/** What the bindings do, by policy. */
function actionsOf(objects: readonly Exported[]): Record<string, readonly string[]> {
  const bindings = objects.filter(({ kind }) => kind === "ValidatingAdmissionPolicyBinding");
  return Object.fromEntries(
    bindings.map(({ metadata, spec }) => [metadata.name, spec.validationActions ?? []]),
  );
}

test("the YAML of two rules", () => {
  const path = fileURLToPath(new URL("golden/export.yaml", import.meta.url));
  const { stdout } = exported(["--rule", "pdb-blocks-drain", "--rule", "probe-too-slow"]);
  const actual = stdout.replace(/(app\.kubernetes\.io\/version: ).*/g, "$1X");
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, actual);
  assert.equal(actual, readFileSync(path, "utf8").replaceAll("\r\n", "\n"));
});

test("each severity has its action, and --action overrides all of them", () => {
  const rules = ["pdb-blocks-drain", "weight-ignored", "storage-class-deletes"].flatMap((id) => [
    "--rule",
    id,
  ]);
  assert.deepEqual(actionsOf(exported(rules).objects), {
    "nines-pdb-blocks-drain": ["Deny"],
    "nines-weight-ignored": ["Warn", "Audit"],
    "nines-storage-class-deletes": ["Audit"],
  });
  for (const [action, expected] of [
    ["Deny", ["Deny"]],
    ["Warn", ["Warn", "Audit"]],
    ["Audit", ["Audit"]],
  ] as const)
    for (const actual of Object.values(actionsOf(exported([...rules, "--action", action]).objects)))
      assert.deepEqual(actual, expected);
});

test("the configuration decides which rules, how severe they are and with what numbers", () => {
  const cwd = configured(
    "strict",
    `profile: strict
rules:
  weights-sum: off
  pdb-blocks-drain: warning
  probe-too-slow: {maximumDetectionSeconds: 17}
overrides:
  - files: ["low/**"]
    profile: minimal
`,
  );
  const { objects, stdout, stderr } = exported([], cwd);
  const actions = actionsOf(objects);
  assert.ok(!("nines-weights-sum" in actions));
  assert.deepEqual(actions["nines-pdb-blocks-drain"], ["Warn", "Audit"]);
  assert.ok("nines-storage-class-deletes" in actions);
  assert.match(stdout, /p\.timeout > 17\)/);
  assert.match(
    stderr,
    /^- Judged together with other objects, and a policy sees only one: .*\bpdb-missing\b/m,
  );
  assert.match(stderr, /^- About documents that are never sent to an API server: .*\bplan-rto-breached\b/m);

  mkdirSync(join(cwd, "low"));
  const low = actionsOf(exported([], join(cwd, "low")).objects);
  assert.ok("nines-gslb-no-primary" in low && !("nines-weight-ignored" in low));
});

test("a rule that is named is exported although it is off", () => {
  const cwd = configured("off", "rules: {weights-sum: off}\n");
  const { objects } = exported(["--rule", "weights-sum"], cwd);
  assert.deepEqual(actionsOf(objects), { "nines-weights-sum": ["Deny"] });
});

test("each policy stands once, with its binding", () => {
  const { objects } = exported(["--rule", "weights-sum", "--rule", "weights-sum"]);
  assert.deepEqual(
    objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    ["ValidatingAdmissionPolicy nines-weights-sum", "ValidatingAdmissionPolicyBinding nines-weights-sum"],
  );
});

for (const [args, expected] of [
  [["export", "--to", "gatekeeper"], /cannot be exported to “gatekeeper”.*validating-admission-policy/],
  [["export"], /--to/],
  [[...TO, "--rule", "weight-sum"], /There is no rule “weight-sum”. Did you mean “weights-sum”\?/],
  [[...TO, "--rule", "pdb-missing"], /pdb-missing cannot be exported.*together with other objects/],
  [[...TO, "--rule", "plan-undrilled"], /plan-undrilled cannot be exported.*never sent to an API server/],
  [[...TO, "--action", "Block"], /There is no action “Block”.*Deny, Warn, Audit/],
  [[...TO, "--format", "json"], /yaml/],
] as const) {
  test(`${args.join(" ")} says what is wrong`, () => {
    const { status, stdout, stderr } = nines(args, { cwd: plain });
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.match(stderr, expected);
  });
}

test("nothing is made from a configuration with a mistake", () => {
  const cwd = configured("wrong", "rules: {weights-sun: off}\n");
  const { status, stdout, stderr } = nines(TO, { cwd });
  assert.equal(status, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /\.nines\.yaml cannot be used\..*weights-sun/);
});

test("what is left out is told in Simplified Chinese where the environment speaks it", () => {
  const { stderr } = nines(TO, { cwd: plain, env: { LANG: "zh_CN.UTF-8" } });
  assert.match(stderr, /由 `nines check` 判断/);
});
