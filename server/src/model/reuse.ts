import type { SourceDocument } from "./document.ts";
import type { Mask } from "./templates.ts";

/** The text of one document before anything is known about it. */
export interface Piece {
  readonly start: number;
  readonly text: string;
  /** Offsets from its start. */
  readonly masks: readonly Mask[];
}

/**
 * For each piece the earlier document that has the same text, each at most once. An edit leaves what stands
 * before and after it alone, so both ends are compared in place; only what is between them is looked up.
 */
export function reusable(
  previous: readonly SourceDocument[],
  pieces: readonly Piece[],
): readonly (SourceDocument | undefined)[] {
  const found: (SourceDocument | undefined)[] = new Array(pieces.length).fill(undefined);
  const shorter = Math.min(previous.length, pieces.length);
  let head = 0;
  while (head < shorter && isSame(previous[head], pieces[head])) found[head] = previous[head++];
  let tail = 0;
  while (tail < shorter - head && isSame(previous.at(-1 - tail), pieces.at(-1 - tail))) {
    tail++;
    found[pieces.length - tail] = previous.at(-tail);
  }
  const between = byKey(previous.slice(head, previous.length - tail));
  if (between.size === 0) return found;
  for (let i = head; i < pieces.length - tail; i++) {
    const piece = pieces[i];
    if (piece !== undefined) found[i] = between.get(keyOf(piece))?.shift();
  }
  return found;
}

function isSame(document: SourceDocument | undefined, piece: Piece | undefined): boolean {
  if (document === undefined || piece === undefined || document.text !== piece.text) return false;
  if (document.masks.length === 0 && piece.masks.length === 0) return true;
  return keyOf(document) === keyOf(piece);
}

function byKey(documents: readonly SourceDocument[]): Map<string, SourceDocument[]> {
  const result = new Map<string, SourceDocument[]>();
  for (const document of documents) {
    const same = result.get(keyOf(document));
    if (same === undefined) result.set(keyOf(document), [document]);
    else same.push(document);
  }
  return result;
}

/** The same text may be masked differently where an action spans documents. */
function keyOf({ text, masks }: Pick<Piece, "text" | "masks">): string {
  return masks.length === 0 ? text : `${text}\0${masks.map((m) => `${m.start}-${m.end}${m.kind[0]}`).join()}`;
}
