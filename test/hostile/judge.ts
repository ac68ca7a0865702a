import assert from "node:assert/strict";
import { Analysis } from "../../server/src/analysis.ts";
import type { Policy } from "../../server/src/analyze.ts";
import { CONFIG_INVALID } from "../../server/src/config/built-in.ts";
import { defaultConfig } from "../../server/src/config/config.ts";
import { areDisjoint } from "../../server/src/fixes/edit.ts";
import type { SourceDocument } from "../../server/src/model/document.ts";
import { render } from "../../server/src/model/message.ts";
import { contains, type Range } from "../../server/src/model/range.ts";
import type { Finding } from "../../server/src/rules/finding.ts";
import { rules } from "../../server/src/rules/registry.generated.ts";
import { type Files, uriOf } from "../../server/src/testing/memory-workspace.ts";
import { Workspace } from "../../server/src/workspace/workspace.ts";

const topology = { nodes: 2, zones: ["a", "b"], sites: undefined };

/** Every rule, at its strictest, in a world that is known. */
export const policy: Policy = { rules, configFor: () => ({ ...defaultConfig, profile: "strict", topology }) };

/** A file beside the hostile one whose one finding must come whatever happens next to it. */
export const NEIGHBOUR = "neighbour/pdb.yaml";
const NEIGHBOUR_TEXT =
  "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: neighbour\n  namespace: neighbour\nspec:\n  maxUnavailable: 0\n  selector:\n    matchLabels:\n      app: neighbour-of-the-hostile-file\n";

/** A complete workspace that keeps its verdicts from one text to the next. */
export class World {
  readonly workspace = new Workspace(rules.flatMap((rule) => rule.types));
  readonly analysis = new Analysis(this.workspace, policy);

  constructor(files: Files) {
    for (const [path, text] of Object.entries(files)) this.set(path, text);
    this.workspace.markComplete();
  }

  set(path: string, text: string): void {
    this.workspace.set(uriOf(path), text);
  }

  /** All findings, which are checked to be about what is there. */
  findings(): Finding[] {
    this.analysis.update();
    const findings = [...this.workspace.files()].flatMap((file) => [...this.analysis.findings(file)]);
    for (const finding of findings) assertSound(finding);
    for (const { documents, text } of this.workspace.files())
      assert.ok(documents.map((document) => document.text).join("") === text, "documents make up their file");
    return findings;
  }
}

/** The findings of one hostile text; asserts that its neighbour is checked all the same. */
export function judge(text: string, path = "hostile.yaml"): Finding[] {
  const findings = new World({ [path]: text, [NEIGHBOUR]: NEIGHBOUR_TEXT }).findings();
  const isNeighbour = (finding: Finding) => finding.document.uri === uriOf(NEIGHBOUR);
  assert.ok(
    findings.some((finding) => isNeighbour(finding) && finding.ruleId === "pdb-blocks-drain"),
    "the file beside it is checked",
  );
  return findings.filter((finding) => !isNeighbour(finding));
}

/** A finding stands inside its text, away from templates, and so does every edit that it offers. */
export function assertSound(finding: Finding): void {
  const { document, fixes, related, ruleId } = finding;
  assertInside(document, finding.range, ruleId);
  // Nothing fills in a configuration: braces in it are mistakes.
  const isFilledIn = ruleId !== CONFIG_INVALID && document.isMasked(finding.range);
  assert.ok(!isFilledIn, `${ruleId} is about what a template fills in`);
  assert.doesNotMatch(render(finding.message), /undefined|\[object|NaN/, ruleId);
  for (const { location } of related) assertInside(location.document, location.range, ruleId);
  assert.ok(fixes.filter((fix) => fix.preferred).length <= 1, `${ruleId} prefers several fixes`);
  for (const fix of fixes) {
    assert.ok(fix.edits.length > 0, `${fix.id} of ${ruleId} is empty`);
    for (const edit of fix.edits) {
      assertInside(edit.document, edit.range, `${fix.id} of ${ruleId}`);
      assert.ok(!edit.document.isMasked(edit.range), `${fix.id} of ${ruleId} edits a template`);
    }
    for (const document of new Set(fix.edits.map((edit) => edit.document)))
      assert.ok(
        areDisjoint(fix.edits.filter((edit) => edit.document === document)),
        `${fix.id} of ${ruleId} edits the same place twice`,
      );
  }
}

function assertInside(document: SourceDocument, range: Range, what: string): void {
  const whole = { start: 0, end: document.text.length };
  assert.ok(range.start <= range.end && contains(whole, range), `${what}: ${range.start}-${range.end}`);
}
