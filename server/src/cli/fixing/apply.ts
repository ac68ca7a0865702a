import { applyEdits } from "../../fixes/edit.ts";
import { MAX_ROUNDS, roundOf } from "../../fixes/rounds.ts";
import type { Message } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import type { Finding } from "../../rules/finding.ts";
import type { CheckedFile, Project } from "../project.ts";

/** A fix that was made. */
export interface AppliedFix {
  readonly ruleId: string;
  readonly title: Message;
  readonly resource: Resource | undefined;
  /** The file of its finding. */
  readonly uri: string;
}

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
  const { made, edits } = roundOf(findings, (uri) => files.has(uri));
  for (const [uri, own] of edits) {
    const file = files.get(uri);
    if (file !== undefined) project.change(file, applyEdits(project.source(file).text, own));
  }
  return made.flatMap(({ ruleId, resource, document, fixes }) => {
    const fix = fixes.find(({ preferred }) => preferred);
    return fix === undefined ? [] : [{ ruleId, resource, title: fix.title, uri: document.uri }];
  });
}
