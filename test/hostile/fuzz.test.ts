import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { render } from "../../server/src/model/message.ts";
import type { Finding, FindingFix } from "../../server/src/rules/finding.ts";
import type { Files } from "../../server/src/testing/memory-workspace.ts";
import { assertStillYaml, findingsOf, keyOf, withFixes } from "./fixing.ts";
import { fixtures, fuzzRuns } from "./fixtures.ts";
import { manifests } from "./manifests.ts";
import { mutated } from "./mutations.ts";

const broken = mutated(fixtures.map(({ files }) => files));

/** Which of the fixes that are offered is tried. */
const choice = fc.nat(1_000);

test("whatever is typed into a manifest, findings and fixes are sound", () => {
  fc.assert(fc.property(broken, choice, assertSoundVerdict), { numRuns: 150 * fuzzRuns });
});

test("whatever a manifest says, findings and fixes are sound", () => {
  fc.assert(fc.property(manifests, choice, assertSoundVerdict), { numRuns: 150 * fuzzRuns });
});

/** Findings are inside their texts (see `World`), the same every time, and a fix does what it promises. */
function assertSoundVerdict(files: Files, chosen: number): void {
  const findings = findingsOf(files);
  const reversed = Object.fromEntries(Object.entries(files).reverse());
  assert.deepEqual(
    described(findingsOf(reversed)).sort(),
    described(findings).sort(),
    "the order of files does not matter",
  );
  const offers = findings.flatMap((finding) => finding.fixes.map((fix) => ({ finding, fix })));
  const offer = offers[chosen % Math.max(1, offers.length)];
  if (offer !== undefined) assertFixes(files, findings, offer.finding, offer.fix);
}

function assertFixes(files: Files, before: readonly Finding[], finding: Finding, fix: FindingFix): void {
  const what = `${fix.id} of ${finding.ruleId}`;
  const after = withFixes(files, [fix]);
  assert.notDeepEqual(after, files, `${what} changes nothing`);
  assertStillYaml(files, after, what);
  const left = findingsOf(after);
  const isGone = (key: (finding: Finding) => string) =>
    left.filter((other) => key(other) === key(finding)).length <
    before.filter((other) => key(other) === key(finding)).length;
  // The same rule may find the next thing to say about a manifest that has more wrong than one fix can mend.
  assert.ok(
    isGone(keyOf) || isGone((other) => keyOf(other) + render(other.message)),
    `${what} leaves its finding “${render(finding.message)}”\n${text(files)}\n=== after\n${text(after)}`,
  );
}

function described(findings: readonly Finding[]): string[] {
  return findings.map(({ document, range, ruleId, severity, message, fixes }) => {
    const edits = fixes.map((fix) =>
      fix.edits.map((edit) => [edit.document.uri, edit.document.inFile(edit.range), edit.newText]),
    );
    return JSON.stringify([document.uri, document.inFile(range), ruleId, severity, render(message), edits]);
  });
}

function text(files: Files): string {
  return Object.entries(files)
    .map(([path, content]) => `# file: ${path}\n${content}`)
    .join("\n");
}
