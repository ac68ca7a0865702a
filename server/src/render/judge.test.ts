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
  return new BuiltFindings(built).addTo(around.file(path), [], fileOf);
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
function rewritten(text: string, source: string): string {
  return parseAllDocuments(text)
    .map((document) => {
      const content = stringify(document.toJS(), { lineWidth: 0 });
      return `---\n# Source: ${source}\n${content}`;
    })
    .join("");
}

const placeOf = ({ ruleId, document, range }: Finding) => {
  const { start, end } = document.inFile(range);
  return `${document.file.lines.position(start).line + 1}: ${document.file.text.slice(start, end).split("\n")[0]} ${ruleId}`;
};
const places = (findings: readonly Finding[]) =>
  [...new Set(findings.filter(({ resource }) => resource !== undefined).map(placeOf))].sort();

for (const { name, text } of fixtures()) {
  test(`what is found in a rendered chart leads back to its template: ${name}`, () => {
    const expected = places(memoryWorkspace({ [name]: text }, rules).findings());
    const files = { "app/Chart.yaml": "name: app", "app/templates/all.yaml": text };
    const output = rewritten(text, "app/templates/all.yaml");
    assert.deepEqual(places(foundIn(files, output, "app/templates/all.yaml")), expected);
  });

  test(`what is found in a built kustomization leads back to its resources: ${name}`, () => {
    const expected = places(memoryWorkspace({ [name]: text }, rules).findings());
    const files = { "app/kustomization.yaml": "resources: [all.yaml]", "app/all.yaml": text };
    assert.deepEqual(places(foundIn(files, rewritten(text, "x"), "app/all.yaml")), expected);
  });
}
