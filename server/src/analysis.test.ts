import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { Analysis } from "./analysis.ts";
import { defaultConfig } from "./config/config.ts";
import { render } from "./model/message.ts";
import type { Finding } from "./rules/finding.ts";
import { rules } from "./rules/registry.generated.ts";
import { filesOf } from "./testing/fixtures.ts";
import { uriOf } from "./testing/memory-workspace.ts";
import { Workspace } from "./workspace/workspace.ts";

const config = { ...defaultConfig, profile: "strict" as const };
const types = rules.flatMap((rule) => rule.types);
const policy = { rules, configFor: () => config };

/** The rules' own fixtures are the manifests that matter. */
const fixtures = ["workload", "quorum", "traffic"].flatMap((domain) => {
  const folder = fileURLToPath(new URL(`./rules/${domain}/`, import.meta.url));
  return readdirSync(folder)
    .filter((name) => /\.(?:bad|good)\.yaml$/.test(name))
    .flatMap((name) =>
      Object.entries(filesOf(name, readFileSync(join(folder, name), "utf8"))).map(([path, text]) => ({
        path: path === name ? `${domain}/${name}` : path,
        text,
      })),
    );
});

function describe(workspace: Workspace, findings: readonly Finding[]): string[] {
  return findings.map(({ document, range, ruleId, severity, message, fixes, related }) => {
    const { start, end } = document.inFile(range);
    const edits = fixes.map((fix) =>
      fix.edits.map((edit) => [edit.document.uri, edit.document.inFile(edit.range), edit.newText]),
    );
    const places = related.map(({ location }) => [
      location.document.uri,
      location.document.inFile(location.range),
    ]);
    assert.ok(
      workspace.file(document.uri)?.documents.includes(document),
      "findings are about live documents",
    );
    return JSON.stringify([document.uri, start, end, ruleId, severity, render(message), edits, places]);
  });
}

type Edit =
  | {
      readonly do: "replace";
      readonly file: number;
      readonly at: number;
      readonly length: number;
      readonly text: string;
    }
  | { readonly do: "set"; readonly file: number; readonly fixture: number }
  | { readonly do: "delete"; readonly file: number };

const snippet = fc.constantFrom(
  "",
  "1",
  "0",
  "app",
  "\n",
  "---\n",
  "  ",
  "web",
  "{{ x }}",
  "100",
  "#",
  "v2",
  "replicas: 2\n",
  ": ",
  "- ",
  "*",
  "kind: Deployment\n",
);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("replace" as const),
      file: fc.nat(5),
      at: fc.nat(3000),
      length: fc.nat(30),
      text: snippet,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("set" as const), file: fc.nat(5), fixture: fc.nat() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), file: fc.nat(5) }) },
);

test("after any edits, kept verdicts equal those of a cold run", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
      fc.array(edit, { maxLength: 12 }),
      (start, edits) => {
        const texts = new Map<string, string>();
        const chosen = start.map((n) => fixtures[n % fixtures.length] ?? { path: "none.yaml", text: "" });
        const paths = chosen.map(({ path }, i) => (i % 2 === 0 ? path : `other/${path}`));
        const warm = new Workspace(types);
        const analysis = new Analysis(warm, policy);
        const put = (path: string, text: string) => {
          texts.set(path, text);
          warm.set(uriOf(path), text);
        };
        for (const [i, path] of paths.entries()) put(path, chosen[i]?.text ?? "");
        warm.markComplete();
        for (const step of [undefined, ...edits]) {
          if (step !== undefined)
            apply(step, paths, texts, put, (path) => {
              texts.delete(path);
              warm.delete(uriOf(path));
            });
          analysis.update();
          const cold = new Workspace(types);
          for (const [path, text] of texts) cold.set(uriOf(path), text);
          cold.markComplete();
          const fresh = new Analysis(cold, policy);
          for (const path of texts.keys()) {
            const a = warm.file(uriOf(path));
            const b = cold.file(uriOf(path));
            assert.ok(a && b);
            assert.deepEqual(describe(warm, analysis.findings(a)), describe(cold, fresh.findings(b)));
          }
        }
      },
    ),
    { numRuns: 150 },
  );
});

function apply(
  step: Edit,
  paths: readonly string[],
  texts: ReadonlyMap<string, string>,
  put: (path: string, text: string) => void,
  remove: (path: string) => void,
): void {
  const path = paths[step.file] ?? "x.yaml";
  const text = texts.get(path) ?? "";
  if (step.do === "delete") {
    remove(path);
  } else if (step.do === "set") {
    put(path, fixtures[step.fixture % fixtures.length]?.text ?? "");
  } else {
    const at = text.length === 0 ? 0 : step.at % text.length;
    put(path, text.slice(0, at) + step.text + text.slice(at + step.length));
  }
}

test("an edit re-validates those that asked about it and nobody else", () => {
  const workspace = new Workspace(types);
  const analysis = new Analysis(workspace, policy);
  const deployment = (name: string, replicas: number) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  replicas: ${replicas}\n  selector: {matchLabels: {app: ${name}}}\n  template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: a, image: a}]}}\n`;
  const pdb = (name: string) =>
    `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: ${name}}\nspec: {minAvailable: 2, selector: {matchLabels: {app: ${name}}}}\n`;
  for (const name of ["a", "b"]) {
    workspace.set(uriOf(`${name}/d.yaml`), deployment(name, 3));
    workspace.set(uriOf(`${name}/p.yaml`), pdb(name));
  }
  workspace.markComplete();
  analysis.update();
  for (const file of workspace.files()) analysis.findings(file);
  workspace.set(uriOf("a/d.yaml"), deployment("a", 2));
  const affected = analysis.update();
  assert.ok(affected.has(uriOf("a/p.yaml")));
  assert.ok(!affected.has(uriOf("b/p.yaml")) && !affected.has(uriOf("b/d.yaml")));
  const file = workspace.file(uriOf("a/p.yaml"));
  assert.ok(file);
  assert.ok(analysis.findings(file).some((finding) => finding.ruleId === "pdb-blocks-drain"));
});
