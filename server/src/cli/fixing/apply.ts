import { applyEdits, areDisjoint } from "../../fixes/edit.ts";
import type { Message } from "../../model/message.ts";
import type { Range } from "../../model/range.ts";
import type { Resource } from "../../model/resource.ts";
import type { Finding, FindingFix } from "../../rules/finding.ts";
import type { CheckedFile, Project } from "../project.ts";

/** A fix that was made. */
export interface AppliedFix {
  readonly ruleId: string;
  readonly title: Message;
  readonly resource: Resource | undefined;
  /** The file of its finding. */
  readonly uri: string;
}

interface FileEdit {
  readonly range: Range;
  readonly newText: string;
}

/** One fix may make room for another. Two that undo each other must not keep us here. */
const MAX_ROUNDS = 10;

/**
 * Makes the preferred fixes of the findings that `covers` names, in the project's files only, until none is
 * left. Nothing is written to the disk.
 */
export function applyFixes(project: Project, covers: (finding: Finding) => boolean): AppliedFix[] {
  const files = new Map(project.files.map((file) => [file.uri, file]));
  const applied: AppliedFix[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const made = applyRound(project, files, project.findings().filter(covers));
    if (made.length === 0) break;
    applied.push(...made);
  }
  return applied;
}

function applyRound(
  project: Project,
  files: ReadonlyMap<string, CheckedFile>,
  findings: readonly Finding[],
): AppliedFix[] {
  const edits = new Map<string, FileEdit[]>();
  const made: AppliedFix[] = [];
  for (const finding of findings) {
    const fix = finding.fixes.find(({ preferred }) => preferred);
    if (fix === undefined || !take(fix, files, edits)) continue;
    const { ruleId, resource, document } = finding;
    made.push({ ruleId, resource, title: fix.title, uri: document.uri });
  }
  for (const [uri, own] of edits) {
    const file = files.get(uri);
    if (file !== undefined) project.change(file, applyEdits(project.source(file).text, own));
  }
  return made;
}

/** Adds a fix's edits, all or none: none when one is outside of `files` or touches what another fix changes. */
function take(
  fix: FindingFix,
  files: ReadonlyMap<string, CheckedFile>,
  edits: Map<string, FileEdit[]>,
): boolean {
  const grown = new Map<string, FileEdit[]>();
  for (const { document, range, newText } of fix.edits) {
    const { uri } = document;
    if (!files.has(uri)) return false;
    const before = grown.get(uri) ?? edits.get(uri) ?? [];
    grown.set(uri, [...before, { range: document.inFile(range), newText }]);
  }
  for (const own of grown.values()) if (!areDisjoint(own)) return false;
  for (const [uri, own] of grown) edits.set(uri, own);
  return true;
}
