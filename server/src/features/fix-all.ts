import { applyEdits, areDisjoint } from "../fixes/edit.ts";
import type { SourceFile } from "../model/document.ts";
import type { Finding } from "../rules/finding.ts";
import { minimalEdits } from "./minimal-edits.ts";
import type { Session } from "./session.ts";
import type { FileEdit, FileEdits } from "./workspace-edit.ts";

/** One fix may make room for another. Two that undo each other must not keep us here. */
const MAX_ROUNDS = 10;

/** The edits that make every safe fix of a file, again and again until none is left; nothing outside the file. */
export function fixAllEdits(session: Session, file: SourceFile): FileEdits[] {
  const before = file.text;
  const after = session.trying(file.uri, (current, change) => {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const edits = roundOf(current(), session.findings(current()));
      if (edits.length === 0) break;
      change(applyEdits(current().text, edits));
    }
    return current().text;
  });
  // The trial has left the file as a new version of the same text.
  const now = session.file(file.uri) ?? file;
  return after === before ? [] : [{ file: now, edits: minimalEdits(before, after) }];
}

/** The edits of as many fixes as can be made at the same time. */
function roundOf(file: SourceFile, findings: readonly Finding[]): FileEdit[] {
  let all: FileEdit[] = [];
  for (const { fixes } of findings) {
    const fix = fixes.find(({ preferred }) => preferred);
    if (fix === undefined || fix.edits.some(({ document }) => document.file !== file)) continue;
    const own = fix.edits.map(({ document, range, newText }) => ({ range: document.inFile(range), newText }));
    const together = [...all, ...own];
    if (areDisjoint(together)) all = together;
  }
  return all;
}
