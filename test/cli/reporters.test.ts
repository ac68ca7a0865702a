import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv } from "ajv";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import type { Log } from "sarif";
import { blockingBudget, budget, FAULTY_ROUTE } from "./manifests.ts";
import { folderOf, nines } from "./nines.ts";
import { repositoryOf } from "./repository.ts";

/** An error with a fix, a warning without, one that is silenced, one that cannot be read; in names that want escaping. */
const FILES = {
  "a, b: 50%.yaml": blockingBudget("应用"),
  "sub/<r> & 'q'.yaml": FAULTY_ROUTE,
  "silenced.yaml": blockingBudget("quiet").replace(
    "  maxUnavailable",
    "  # nines-ignore pdb-blocks-drain: moved next week\n  maxUnavailable",
  ),
  "flow.yaml": `# 高可用\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: 应用, namespace: prod}, spec: {maxUnavailable: 0, selector: {matchLabels: {app: x}}}}\n`,
  "utf16.yaml": Buffer.from([0xff, 0xfe, 0x61, 0]),
};

function printed(format: string, files: Readonly<Record<string, string | Buffer>> = FILES, env = {}): string {
  const { stdout, status, stderr } = nines(["check", "--format", format], { cwd: folderOf(files), env });
  assert.ok(status === 0 || status === 1, stderr);
  return stdout;
}

const NOTHING = { "a.yaml": budget("a") };

test("SARIF is valid against the official schema, whatever there is to say", () => {
  const path = createRequire(import.meta.url).resolve(
    "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json",
  );
  const {
    $schema: _draft,
    id: _id,
    ...schema
  } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>; // a JSON Schema
  // Ajv knows the drafts from 6 on; nothing in this schema differs between draft 4, which it names, and draft 7.
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);
  for (const files of [FILES, NOTHING, {}]) {
    validate(JSON.parse(printed("sarif", files)));
    assert.deepEqual(validate.errors, null);
  }
});

test("SARIF tells rules, places, fingerprints, fixes, what is silenced and what was not checked", () => {
  const [run] = (JSON.parse(printed("sarif")) as Log).runs; // validated above
  const results = run?.results ?? [];
  const first = results.find(({ ruleId }) => ruleId === "pdb-blocks-drain");
  assert.deepEqual(first?.locations?.[0]?.physicalLocation, {
    artifactLocation: { uri: "a%2C%20b%3A%2050%25.yaml", uriBaseId: "SRCROOT" },
    region: { startLine: 7, startColumn: 19, endLine: 7, endColumn: 20 },
  });
  assert.equal(run?.tool.driver.rules?.[first?.ruleIndex ?? -1]?.id, "pdb-blocks-drain");
  assert.match(first?.partialFingerprints?.["nines/v1"] ?? "", /^[0-9a-f]{32}$/);
  assert.equal(first?.fixes?.[0]?.artifactChanges[0]?.replacements.length, 1);
  const silenced = results.filter(({ suppressions }) => suppressions !== undefined);
  assert.deepEqual(
    silenced.map(({ suppressions }) => suppressions),
    [[{ kind: "inSource", justification: "moved next week" }]],
  );
  assert.match(run?.invocations?.[0]?.toolExecutionNotifications?.[0]?.message.text ?? "", /UTF-16/);
});

test("every rule of SARIF is explained", () => {
  const [run] = (JSON.parse(printed("sarif", NOTHING)) as Log).runs; // validated above
  const rules = run?.tool.driver.rules ?? [];
  assert.ok(rules.length > 70);
  for (const { id, help, helpUri, shortDescription } of rules)
    assert.ok(help?.text && shortDescription?.text && helpUri?.endsWith(`/${id}.md`), id);
});

test("GitHub's commands are escaped, and the summary is Markdown that manifests cannot break", () => {
  const cwd = folderOf({ ...FILES, "s.md": "" });
  const { stdout } = nines(["check", "--format", "github"], {
    cwd,
    env: { GITHUB_STEP_SUMMARY: join(cwd, "s.md") },
  });
  assert.deepEqual(
    stdout.split("\n").map((line) => line.replace(/::(?!\w+ file).*$/, "")),
    [
      "::error file=a%2C b%3A 50%25.yaml,line=7,endLine=7,col=19,endColumn=20,title=pdb-blocks-drain",
      "::error file=flow.yaml,line=2,endLine=2,col=114,endColumn=115,title=pdb-blocks-drain",
      "::warning file=sub/<r> & 'q'.yaml,line=9,endLine=9,col=7,endColumn=12,title=fault-left-in",
      "::notice file=utf16.yaml,title=Not checked",
      "",
    ],
  );
  const summary = readFileSync(join(cwd, "s.md"), "utf8");
  assert.match(summary, /^## Nines.*\n\n\*\*2 errors, 1 warning\*\* in 4 documents of 4 files\.\n/);
  assert.match(summary, /<code>sub\/&lt;r> &amp; 'q'\.yaml:9<\/code>/);
});

/** The fields that GitLab requires (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format). */
const GITLAB = {
  type: "array",
  items: {
    type: "object",
    required: ["description", "check_name", "fingerprint", "severity", "location"],
    properties: {
      description: { type: "string", minLength: 1 },
      check_name: { type: "string" },
      fingerprint: { type: "string" },
      severity: { enum: ["info", "minor", "major", "critical", "blocker"] },
      location: {
        type: "object",
        required: ["path", "lines"],
        properties: {
          path: { type: "string", not: { pattern: "^\\./" } },
          lines: {
            type: "object",
            required: ["begin"],
            properties: { begin: { type: "integer", minimum: 1 } },
          },
        },
      },
    },
  },
};

test("GitLab's report has what GitLab requires, and no fingerprint twice", () => {
  const validate = new Ajv().compile<readonly { fingerprint: string }[]>(GITLAB);
  const twice = { "a.yaml": blockingBudget("a"), "b.yaml": blockingBudget("a") };
  for (const [files, count] of [
    [FILES, 3],
    [NOTHING, 0],
    [twice, 2],
  ] as const) {
    const report: unknown = JSON.parse(printed("gitlab", files));
    assert.ok(validate(report), JSON.stringify(validate.errors));
    assert.equal(new Set(report.map(({ fingerprint }) => fingerprint)).size, count);
  }
});

interface Suite {
  readonly "@name": string;
  readonly "@tests": string;
  readonly "@failures": string;
  readonly testcase: readonly {
    readonly failure?: { readonly "@message": string }[];
    readonly skipped?: unknown;
  }[];
}

test("JUnit is well-formed XML whose counts are true", () => {
  const withControl = { "a.yaml": blockingBudget("a").replace("name: a", 'name: "a\\x01\\ud800<&"') };
  for (const [files, tests, failures] of [
    [FILES, 4, 3],
    [NOTHING, 1, 0],
    [withControl, 1, 1],
  ] as const) {
    const xml = printed("junit", files);
    assert.equal(XMLValidator.validate(xml), true);
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: "@",
      isArray: (name) => ["testsuite", "testcase", "failure"].includes(name),
    });
    const { testsuites } = parser.parse(xml) as {
      testsuites: { "@tests": string; "@failures": string; testsuite: readonly Suite[] };
    }; // its own output
    const cases = testsuites.testsuite.flatMap(({ testcase }) => testcase);
    assert.deepEqual([testsuites["@tests"], testsuites["@failures"]], [`${tests}`, `${failures}`]);
    assert.equal(cases.length, tests);
    assert.equal(cases.filter(({ failure }) => failure !== undefined).length, failures);
    for (const suite of testsuites.testsuite) assert.equal(suite["@tests"], `${suite.testcase.length}`);
  }
});

/** reviewdog's own source, of which Go's proxy keeps every version. */
function reviewdogFolder(): string | undefined {
  try {
    const output = execFileSync(
      "go",
      ["mod", "download", "-json", "github.com/reviewdog/reviewdog@v0.21.2"],
      { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, GOFLAGS: "-mod=mod" } },
    );
    return (JSON.parse(output) as { Dir: string }).Dir; // as `go help mod download` says
  } catch (error) {
    if (process.env.CI === "true") throw error;
    return undefined;
  }
}

test("rdjson is valid against reviewdog's own schema; columns count bytes, suggestions make the fix", (t) => {
  const folder = reviewdogFolder();
  if (folder === undefined) return t.skip("no Go here to fetch reviewdog's schema with");
  const schemas = join(folder, "proto/rdf/jsonschema");
  const { $schema: _draft, ...schema } = JSON.parse(
    readFileSync(join(schemas, "DiagnosticResult.json"), "utf8"),
  ) as Record<string, unknown>; // a JSON Schema
  assert.ok(readdirSync(schemas).includes("DiagnosticResult.json"));
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const validate = ajv.compile(schema);
  for (const files of [FILES, NOTHING]) {
    validate(JSON.parse(printed("rdjson", files)));
    assert.deepEqual(validate.errors, null);
  }
  const { diagnostics } = JSON.parse(printed("rdjson")) as {
    diagnostics: { location: { path: string; range: { start: object } }; suggestions?: { text: string }[] }[];
  }; // validated above
  const flow = diagnostics.find(({ location }) => location.path === "flow.yaml");
  // Two characters of three bytes each stand in front of it.
  assert.deepEqual(flow?.location.range.start, { line: 2, column: 118 });
  assert.deepEqual(
    flow?.suggestions?.map(({ text }) => text),
    ["1"],
  );
});

test("where a change is looked at, formats that show no related places tell it at the cause, too", () => {
  const route = FAULTY_ROUTE.replace(
    / {4}- fault:\n(?: {6,}.*\n)*/,
    "    - route:\n        - destination: {host: app, subset: v1}\n",
  );
  const rule = (subset: string) =>
    `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: app, namespace: prod}\nspec:\n  host: app\n  subsets:\n    - name: ${subset}\n      labels: {version: v1}\n`;
  const repository = repositoryOf({ "route.yaml": route, "rule.yaml": rule("v1") });
  repository.write("rule.yaml", rule("v2"));
  const { stdout } = nines(["check", "--since", "HEAD", "--format", "github"], { cwd: repository.folder });
  assert.match(
    stdout,
    /^::error file=route\.yaml,line=10,.*\n::error file=rule\.yaml,line=7,endLine=7,.*::This change brings the problem about\. route\.yaml:10: app/m,
  );
});
