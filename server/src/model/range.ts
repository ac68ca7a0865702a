/** A half-open range of UTF-16 offsets. What it is relative to (a document or a file) is said where it is used. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Whether the two ranges share at least one character, or an empty one lies inside the other. */
export function overlaps(a: Range, b: Range): boolean {
  if (a.start === a.end) return a.start >= b.start && a.start < b.end;
  if (b.start === b.end) return b.start >= a.start && b.start < a.end;
  return a.start < b.end && b.start < a.end;
}

/** Whether `inner` lies wholly inside `outer`. */
export function contains(outer: Range, inner: Range): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** The range moved by `by` characters. */
export function shift(range: Range, by: number): Range {
  return by === 0 ? range : { start: range.start + by, end: range.end + by };
}
