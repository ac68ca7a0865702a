import assert from "node:assert/strict";
import { test } from "node:test";
import { blockingBudget, budget, FAULTY_ROUTE } from "./manifests.ts";
import { checkJson, folderOf, nines } from "./nines.ts";

test("the JSON report has the published shape", () => {
  const cwd = folderOf({
    "b.yaml": `${budget("one")}---\n# nothing in here\n---\n${blockingBudget("two")}`,
    "a/route.yaml": FAULTY_ROUTE,
    "latin.yaml": Buffer.from("kind: Service # caf\xe9\n", "latin1"),
  });
  const { version, files, documents, findings, skipped } = checkJson(["."], { cwd });
  assert.deepEqual({ version, files, documents }, { version: 1, files: 2, documents: 3 });
  assert.deepEqual(
    findings.map(({ message, ...rest }) => ({ ...rest, isSentence: /^\S.*\.$/s.test(message) })),
    [
      {
        ruleId: "fault-left-in",
        severity: "warning",
        file: "a/route.yaml",
        range: { start: { line: 9, column: 7 }, end: { line: 9, column: 12 } },
        resource: {
          apiVersion: "networking.istio.io/v1",
          kind: "VirtualService",
          namespace: "prod",
          name: "app",
        },
        fixable: false,
        isSentence: true,
      },
      {
        ruleId: "pdb-blocks-drain",
        severity: "error",
        file: "b.yaml",
        range: { start: { line: 20, column: 19 }, end: { line: 20, column: 20 } },
        resource: { apiVersion: "policy/v1", kind: "PodDisruptionBudget", namespace: "prod", name: "two" },
        fixable: true,
        isSentence: true,
      },
    ],
  );
  assert.deepEqual(skipped, [
    {
      file: "latin.yaml",
      reason: "It is not encoded in UTF-8. Save it as UTF-8, so that every tool can read it.",
    },
  ]);
});

test("paths are relative to the working directory, also outside of it", () => {
  const folder = folderOf({ "here/x.txt": "", "there/a.yaml": blockingBudget("a") });
  const { findings } = checkJson(["../there"], { cwd: `${folder}/here` });
  assert.deepEqual(
    findings.map(({ file }) => file),
    ["../there/a.yaml"],
  );
});

test("findings are sorted by file, line, column and rule whatever the order of the arguments", () => {
  const two = `${blockingBudget("a")}---\n${blockingBudget("b")}`;
  const cwd = folderOf({ "b.yaml": two, "a.yaml": two, "a/c.yaml": two, "Z.yaml": two });
  const places = (args: string[]) =>
    checkJson(args, { cwd }).findings.map(
      ({ file, range, ruleId }) => `${file}:${range.start.line} ${ruleId}`,
    );
  const expected = ["Z.yaml", "a.yaml", "a/c.yaml", "b.yaml"].flatMap((file) =>
    places([file]).map((place) => place),
  );
  assert.deepEqual(places(["."]), expected);
  assert.deepEqual(places(["b.yaml", "a", "a.yaml", "Z.yaml"]), expected);
});

test("columns count UTF-16 units and leave out the byte order mark", () => {
  const flow =
    '{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: "🦊"}, spec: {maxUnavailable: 0, selector: {matchLabels: {app: a}}}}\n';
  const cwd = folderOf({ "plain.yaml": flow, "marked.yaml": `\uFEFF${flow}` });
  const columns = checkJson(["."], { cwd }).findings.map(({ range }) => range.start.column);
  assert.deepEqual(columns, [flow.indexOf("0, selector") + 1, flow.indexOf("0, selector") + 1]);
});

test("the JSON report is English in every language", () => {
  const cwd = folderOf({ "a.yaml": blockingBudget("a") });
  const english = nines(["check", "--format", "json"], { cwd });
  assert.deepEqual(nines(["check", "--format", "json"], { cwd, env: { LANG: "zh_CN.UTF-8" } }), english);
});

test("the list of rules is there for programs", () => {
  const { stdout } = nines(["rules", "--format", "json"]);
  const { version, rules, checks } = JSON.parse(stdout);
  assert.equal(version, 1);
  const weights = rules.find((rule: { id: string }) => rule.id === "weights-sum");
  assert.deepEqual(
    {
      ...weights,
      title: typeof weights.title,
      fixes: Array.isArray(weights.fixes),
      options: typeof weights.options,
    },
    {
      id: "weights-sum",
      title: "string",
      severity: "error",
      profile: "minimal",
      domain: "traffic",
      fixes: true,
      options: "object",
    },
  );
  assert.ok(checks.some((check: { id: string }) => check.id === "yaml-syntax"));
});
