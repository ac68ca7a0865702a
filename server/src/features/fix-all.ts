import { applyEdits } from "../fixes/edit.ts";
import { MAX_ROUNDS, roundOf } from "../fixes/rounds.ts";
import type { SourceFile } from "../model/document.ts";
import { minimalEdits } from "./minimal-edits.ts";
import type { Session } from "./session.ts";
import type { FileEdits } from "./workspace-edit.ts";

/** The edits that make every safe fix of a file, again and again until none is left; nothing outside the file. */
export function fixAllEdits(session: Session, file: SourceFile): FileEdits[] {
  const before = file.text;
  const after = session.trying(file.uri, (current, change) => {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const { edits } = roundOf(session.findings(current()), (uri) => uri === file.uri);
      const own = edits.get(file.uri);
      if (own === undefined) break;
      change(applyEdits(current().text, own));
    }
    return current().text;
  });
  // The trial has left the file as a new version of the same text.
  const now = session.file(file.uri) ?? file;
  return after === before ? [] : [{ file: now, edits: minimalEdits(before, after) }];
}
