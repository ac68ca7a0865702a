import type { Range } from "../model/range.ts";

/** A replacement in a text; the range counts from its start. */
export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

/** What became of the original, piece by piece. What was removed keeps its place, so that it can be told who did it. */
type Piece =
  | { readonly kind: "kept" | "removed"; readonly range: Range; readonly part: number }
  | { readonly kind: "added"; readonly text: string; readonly part: number };

/**
 * A text with edits made one after the other, each by a numbered part, that still knows which part did what to
 * the original: so that a sequence of edits can be reviewed, and taken or left, by part. Immutable.
 */
export class Composition {
  readonly original: string;
  readonly text: string;
  readonly #pieces: readonly Piece[];
  /** Parts that cannot be told apart: one changed what the other had written. */
  readonly ties: readonly (readonly [number, number])[];

  private constructor(original: string, pieces: readonly Piece[], ties: Composition["ties"]) {
    this.original = original;
    this.#pieces = pieces;
    this.ties = ties.filter(([a, b], i) => ties.findIndex((other) => other[0] === a && other[1] === b) === i);
    this.text = pieces.map((piece) => textOf(piece, original)).join("");
  }

  /** The text before any edit. */
  static of(original: string): Composition {
    return new Composition(
      original,
      [{ kind: "kept", range: { start: 0, end: original.length }, part: -1 }],
      [],
    );
  }

  /** The text with further edits by a part. They are made at once: their ranges count in `text` as it is now. */
  with(part: number, edits: readonly TextEdit[]): Composition {
    let pieces = this.#pieces;
    const ties = [...this.ties];
    // From the end, so that the ranges in front stay true; edits at one place keep their order.
    for (const edit of inOrder(edits).reverse()) {
      const made = splice(pieces, this.original, edit, part);
      pieces = made.pieces;
      for (const other of made.touched) if (other !== part) ties.push([part, other]);
    }
    const composed = new Composition(this.original, pieces, ties);
    return new Composition(this.original, pieces, [...ties, ...composed.#dependents()]);
  }

  /** The edits of the original by part. Those of different parts do not overlap; at one place they are in order. */
  edits(): readonly (TextEdit & { readonly part: number })[] {
    const result: (TextEdit & { readonly part: number })[] = [];
    let start = 0;
    let gap: Piece[] = [];
    for (const piece of this.#pieces) {
      if (piece.kind !== "kept") {
        gap.push(piece);
        continue;
      }
      result.push(...this.#editsOf(gap, { start, end: piece.range.start }));
      start = piece.range.end;
      gap = [];
    }
    return [...result, ...this.#editsOf(gap, { start, end: this.original.length })];
  }

  /** A replacement is one edit, whoever took part; insertions are one each. */
  #editsOf(gap: readonly Piece[], range: Range): readonly (TextEdit & { readonly part: number })[] {
    const [first] = gap;
    if (first === undefined) return [];
    if (range.start === range.end)
      return gap.map((piece) => ({ range, newText: textOf(piece, this.original), part: piece.part }));
    const newText = gap.map((piece) => textOf(piece, this.original)).join("");
    return [{ range, newText, part: first.part }];
  }

  /** What stands between the pieces that were kept, in order; empty where nothing does. */
  #gaps(): readonly (readonly Piece[])[] {
    const gaps: Piece[][] = [[]];
    for (const piece of this.#pieces) {
      if (piece.kind === "kept") gaps.push([]);
      else gaps.at(-1)?.push(piece);
    }
    return gaps;
  }

  /** Parts that meet in one place and would not make sense without each other. */
  #dependents(): (readonly [number, number])[] {
    return this.#gaps().flatMap((gap) => {
      const isReplaced = gap.some((piece) => piece.kind === "removed");
      return gap.flatMap((piece, i): (readonly [number, number])[] => {
        const before = gap[i - 1];
        if (before === undefined || before.part === piece.part) return [];
        return isReplaced || this.#isInside(piece, before) ? [[piece.part, before.part]] : [];
      });
    });
  }

  /** Whether what a piece says continues the one in front of it: it is indented more, or an item of its list. */
  #isInside(piece: Piece, before: Piece): boolean {
    // Between braces and brackets each entry brings its comma.
    if (textOf(piece, this.original).startsWith(",")) return false;
    const own = this.#columnOf(piece);
    const other = this.#columnOf(before);
    if (own.column !== other.column) return own.column > other.column;
    return own.isItem && !other.isItem;
  }

  #columnOf(piece: Piece): { readonly column: number; readonly isItem: boolean } {
    const i = this.#pieces.indexOf(piece);
    const start = this.#pieces.slice(0, i).reduce((n, one) => n + textOf(one, this.original).length, 0);
    const blank = /^\s*/.exec(textOf(piece, this.original))?.[0].length ?? 0;
    const at = start + blank;
    return {
      column: at - (this.text.lastIndexOf("\n", at - 1) + 1),
      isItem: this.text.startsWith("- ", at),
    };
  }
}

function textOf(piece: Piece, original: string): string {
  if (piece.kind === "added") return piece.text;
  return piece.kind === "kept" ? original.slice(piece.range.start, piece.range.end) : "";
}

function inOrder(edits: readonly TextEdit[]): TextEdit[] {
  return edits
    .map((edit, i) => ({ edit, i }))
    .sort((a, b) => a.edit.range.start - b.edit.range.start || a.i - b.i)
    .map(({ edit }) => edit);
}

/** Makes one edit; `touched` are the parts whose text it changed. */
function splice(
  pieces: readonly Piece[],
  original: string,
  { range, newText }: TextEdit,
  part: number,
): { readonly pieces: readonly Piece[]; readonly touched: readonly number[] } {
  const before: Piece[] = [];
  const gone: Piece[] = [];
  const after: Piece[] = [];
  const touched: number[] = [];
  let at = 0;
  for (const piece of pieces) {
    const { length } = textOf(piece, original);
    const [from, to] = [range.start - at, range.end - at].map((n) => Math.min(Math.max(n, 0), length));
    const [head, rest] = cut(piece, from ?? 0, original);
    const [middle, tail] =
      rest === undefined ? [undefined, undefined] : cut(rest, (to ?? 0) - (from ?? 0), original);
    // A piece without text stays in front of what is put where it stands.
    if (length === 0) (at <= range.start ? before : at < range.end ? gone : after).push(piece);
    else {
      if (head !== undefined) before.push(head);
      if (tail !== undefined) after.push(tail);
      if (middle?.kind === "kept") gone.push({ ...middle, kind: "removed", part });
      const isInside = head !== undefined && tail !== undefined;
      if (piece.kind === "added" && (middle !== undefined || isInside)) touched.push(piece.part);
    }
    at += length;
  }
  const added: Piece[] = newText === "" ? [] : [{ kind: "added", text: newText, part }];
  return { pieces: [...before, ...added, ...gone, ...after], touched };
}

/** A piece in two; a side without text is undefined. */
function cut(piece: Piece, at: number, original: string): readonly [Piece | undefined, Piece | undefined] {
  const { length } = textOf(piece, original);
  if (at <= 0) return [undefined, length === 0 ? undefined : piece];
  if (at >= length) return [piece, undefined];
  if (piece.kind === "added")
    return [
      { ...piece, text: piece.text.slice(0, at) },
      { ...piece, text: piece.text.slice(at) },
    ];
  const { start, end } = piece.range;
  return [
    { ...piece, range: { start, end: start + at } },
    { ...piece, range: { start: start + at, end } },
  ];
}
