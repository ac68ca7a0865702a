import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { parseAllDocuments, stringify } from "yaml";
import type { Finding } from "../rules/finding.ts";
import { rules } from "../rules/registry.generated.ts";
import { filesOf } from "../testing/fixtures.ts";
import { type Files, memoryWorkspace } from "../testing/memory-workspace.ts";
import { buildsOf } from "./build.ts";
import { BuiltFindings } from "./built-findings.ts";
import { judge } from "./judge.ts";

const RULES = join(import.meta.dirname, "..", "rules");

/** What is found in a file when a program makes `output` of its first build. */
function foundIn(files: Files, output: string, path: string): readonly Finding[] {
  const around = memoryWorkspace(files, rules);
  const [build] = buildsOf(around.workspace.files()).builds;
  assert.ok(build !== undefined);
  const fileOf = (uri: string) => around.workspace.file(uri);
  const built = judge(build, output, {
    file: fileOf,
    snapshot: () => around.workspace.snapshot(),
    policy: around.policy,
  });
  return new BuiltFindings(built.findings).addTo(around.file(path), [], fileOf);
}

/** The fixtures of the rules that are one file of plain YAML. */
function fixtures(): { name: string; text: string }[] {
  return globSync("*/*.bad.yaml", { cwd: RULES }).flatMap((path) => {
    const text = readFileSync(join(RULES, path), "utf8");
    const isOne = Object.keys(filesOf(path, text)).length === 1 && !text.includes("# file:");
    // Settings of vSphere stand in documents that are no resources of a cluster.
    return isOne && !/\.json\.|\/vsphere-/.test(path) ? [{ name: basename(path), text }] : [];
  });
}

/** The same documents as another program writes them: no comments, other quotes, everything in block style. */
function rewritten(text: string, head = ""): string {
  return parseAllDocuments(text)
    .map((document) => `---\n${head}${stringify(document.toJS(), { lineWidth: 0 })}`)
    .join("");
}

/** The same as Kustomize writes them: lists taken apart. */
function built(text: string): string {
  return parseAllDocuments(text)
    .map((document) => document.toJS())
    .flatMap((content) => (content?.kind === "List" ? content.items : [content]))
    .map((content) => `---\n${stringify(content, { lineWidth: 0 })}`)
    .join("");
}

const PLAIN_FIELD = /^( +(?:- )?[\w-]+: )[\w.%/-]+$/;

/** The same as a template, in which every second plain value, and every name, is filled in. */
function asTemplate(text: string, offset: 0 | 1): string {
  return text
    .split("\n")
    .map((line, i) => {
      if (/^ {2}name: /.test(line)) return '  name: {{ include "app.name" . }}';
      return i % 2 === offset ? line.replace(PLAIN_FIELD, "$1{{ .Values.value }}") : line;
    })
    .join("\n");
}

/** Lines (from 1) and rules. */
const lines = (findings: readonly Finding[]) =>
  places(findings).map((place) => place.replace(/^(\d+): .* ([\w-]+)$/s, "$1 $2"));

const placeOf = ({ ruleId, document, range }: Finding) => {
  const { start, end } = document.inFile(range);
  return `${document.file.lines.position(start).line + 1}: ${document.file.text.slice(start, end).split("\n")[0]} ${ruleId}`;
};
const places = (findings: readonly Finding[]) =>
  [...new Set(findings.filter(({ resource }) => resource !== undefined).map(placeOf))].sort();

/** In a chart nothing is said of API versions: `.Capabilities` decides them. */
const isOfCharts = ({ ruleId }: Finding) => ruleId !== "api-version-removed";

for (const { name, text } of fixtures()) {
  test(`what is found in a rendered chart leads back to its template: ${name}`, () => {
    const expected = places(
      memoryWorkspace({ [name]: text }, rules)
        .findings()
        .filter(isOfCharts),
    );
    const files = { "app/Chart.yaml": "name: app", "app/templates/all.yaml": text };
    const output = rewritten(text, "# Source: app/templates/all.yaml\n");
    assert.deepEqual(places(foundIn(files, output, "app/templates/all.yaml")), expected);
  });

  test(`what is found in a built kustomization leads back to its resources: ${name}`, () => {
    const expected = places(memoryWorkspace({ [name]: text }, rules).findings());
    const files = { "app/kustomization.yaml": "resources: [all.yaml]", "app/all.yaml": text };
    assert.deepEqual(places(foundIn(files, built(text), "app/all.yaml")), expected);
  });

  for (const offset of [0, 1] as const) {
    test(`what a template fills in leads back to its line: ${name}, every second line from ${offset}`, () => {
      const expected = lines(
        memoryWorkspace({ [name]: text }, rules)
          .findings()
          .filter(isOfCharts),
      );
      const files = { "app/Chart.yaml": "name: app", "app/templates/all.yaml": asTemplate(text, offset) };
      const output = rewritten(text, "# Source: app/templates/all.yaml\n");
      assert.deepEqual(lines(foundIn(files, output, "app/templates/all.yaml")), expected);
    });
  }
}
