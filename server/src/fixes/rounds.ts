import type { Range } from "../model/range.ts";
import { areDisjoint, type DocumentEdit } from "./edit.ts";

/** One fix may make room for another. Two that undo each other must not keep anybody here. */
export const MAX_ROUNDS = 10;

/** Something with fixes, as far as it matters here. */
export interface Fixable {
  readonly fixes: readonly { readonly preferred: boolean; readonly edits: readonly DocumentEdit[] }[];
}

/** A replacement in a file; the range counts from the file's start. */
export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

/** The preferred fixes that can be made at the same time. */
export interface Round<T> {
  /** What they are fixes of. */
  readonly made: readonly T[];
  /** By URI. */
  readonly edits: ReadonlyMap<string, readonly TextEdit[]>;
}

/** A round of as many preferred fixes as fit beside each other, each as a whole and only in files that `mayChange`. */
export function roundOf<T extends Fixable>(
  findings: Iterable<T>,
  mayChange: (uri: string) => boolean,
): Round<T> {
  const edits = new Map<string, readonly TextEdit[]>();
  const made: T[] = [];
  for (const finding of findings) {
    const fix = finding.fixes.find(({ preferred }) => preferred);
    if (fix !== undefined && take(fix.edits, mayChange, edits)) made.push(finding);
  }
  return { made, edits };
}

/** Adds a fix's edits, all or none: none when one is in a file to be left alone or touches what another fix changes. */
function take(
  own: readonly DocumentEdit[],
  mayChange: (uri: string) => boolean,
  edits: Map<string, readonly TextEdit[]>,
): boolean {
  const grown = new Map<string, readonly TextEdit[]>();
  for (const { document, range, newText } of own) {
    const { uri } = document;
    if (!mayChange(uri)) return false;
    const before = grown.get(uri) ?? edits.get(uri) ?? [];
    grown.set(uri, [...before, { range: document.inFile(range), newText }]);
  }
  for (const each of grown.values()) if (!areDisjoint(each)) return false;
  for (const [uri, each] of grown) edits.set(uri, each);
  return true;
}
