import { diffLines } from "diff";
import type { FileEdit } from "./workspace-edit.ts";

/** Edits that turn one text into the other and touch as little as possible, so that cursors and folds stay. */
export function minimalEdits(before: string, after: string): FileEdit[] {
  const edits: FileEdit[] = [];
  let offset = 0;
  let removed = "";
  let added = "";
  const flush = () => {
    if (removed !== "" || added !== "") edits.push(trimmed(offset - removed.length, removed, added));
    removed = "";
    added = "";
  };
  for (const change of diffLines(before, after)) {
    if (!change.added && !change.removed) flush();
    if (change.added) added += change.value;
    else offset += change.value.length;
    if (change.removed) removed += change.value;
  }
  flush();
  return edits;
}

/** The same edit without what both texts begin and end with. */
function trimmed(start: number, removed: string, added: string): FileEdit {
  const shorter = Math.min(removed.length, added.length);
  let head = 0;
  while (head < shorter && removed[head] === added[head]) head++;
  let tail = 0;
  while (tail < shorter - head && removed.at(-1 - tail) === added.at(-1 - tail)) tail++;
  return {
    range: { start: start + head, end: start + removed.length - tail },
    newText: added.slice(head, added.length - tail),
  };
}
