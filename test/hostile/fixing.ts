import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import { applyEdits, areDisjoint } from "../../server/src/fixes/edit.ts";
import { maskTemplates } from "../../server/src/model/templates.ts";
import type { Finding, FindingFix } from "../../server/src/rules/finding.ts";
import { type Files, uriOf } from "../../server/src/testing/memory-workspace.ts";
import { World } from "./judge.ts";

/** The texts after the fixes, which must not touch each other. */
export function withFixes(files: Files, fixes: readonly FindingFix[]): Files {
  const all = fixes.flatMap((fix) => fix.edits);
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => {
      const own = all.filter((edit) => edit.document.uri === uriOf(path));
      return [
        path,
        applyEdits(
          text,
          own.map((edit) => ({ range: edit.document.inFile(edit.range), newText: edit.newText })),
        ),
      ];
    }),
  );
}

/** As many preferred fixes as can be made at the same time, as `nines fix` and fix-all choose them. */
export function round(findings: readonly Finding[]): FindingFix[] {
  const chosen: FindingFix[] = [];
  for (const { fixes } of findings) {
    const fix = fixes.find(({ preferred }) => preferred);
    if (fix !== undefined && goesWith(chosen, fix)) chosen.push(fix);
  }
  return chosen;
}

function goesWith(chosen: readonly FindingFix[], fix: FindingFix): boolean {
  const all = [...chosen, fix].flatMap(({ edits }) => edits);
  return fix.edits.every(({ document: { uri } }) =>
    areDisjoint(
      all
        .filter(({ document }) => document.uri === uri)
        .map(({ document, range }) => ({ range: document.inFile(range) })),
    ),
  );
}

/** A finding as it can be recognised in another version of its file. */
export function keyOf({ ruleId, resource, document }: Finding): string {
  return `${ruleId} ${resource?.kind} ${resource?.namespace} ${resource?.name} ${document.uri}`;
}

export function findingsOf(files: Files): Finding[] {
  return new World(files).findings();
}

/** Asserts that texts which were YAML before are YAML after. Templates are looked at as Nines sees them. */
export function assertStillYaml(before: Files, after: Files, what: string): void {
  for (const [path, text] of Object.entries(after)) {
    const old = before[path] ?? "";
    if (old === text || errorsIn(old).length > 0) continue;
    assert.deepEqual(errorsIn(text), [], `${what} breaks ${path}:\n${text}`);
  }
}

function errorsIn(text: string): string[] {
  return parseAllDocuments(maskTemplates(text).text, { logLevel: "silent" }).flatMap(({ errors }) =>
    errors.map(({ message }) => message),
  );
}
