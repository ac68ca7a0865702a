import { applyEdits, areDisjoint } from "../../fixes/edit.ts";
import type { Range } from "../../model/range.ts";
import type { Place, ReportedFix } from "../report.ts";

/** One replacement that makes a whole fix: what reviews can offer, where only one stretch of one file may change. */
export interface Suggestion {
  /** The stretch that is replaced. */
  readonly place: Place;
  readonly newText: string;
}

/** A fix as one replacement, with the text between its edits as it is; undefined when it changes several files. */
export function suggestionOf(fix: ReportedFix): Suggestion | undefined {
  return merged(fix, (start, end) => ({ start, end }));
}

/** The same in whole lines, without the last line's end. */
export function lineSuggestionOf(fix: Pick<ReportedFix, "edits">): Suggestion | undefined {
  return merged(fix, (start, end, text) => {
    // An insertion at the start of a line, or a deletion up to there, does not change that line.
    const last = end > start && text[end - 1] === "\n" ? end - 1 : end;
    const lineEnd = text.indexOf("\n", last);
    const stop = lineEnd < 0 ? text.length : lineEnd;
    return {
      start: text.lastIndexOf("\n", start - 1) + 1,
      end: text[stop - 1] === "\r" && stop > last ? stop - 1 : stop,
    };
  });
}

function merged(
  fix: Pick<ReportedFix, "edits">,
  stretch: (start: number, end: number, text: string) => Range,
): Suggestion | undefined {
  const edits = fix.edits();
  const [first] = edits;
  if (first === undefined || edits.some(({ place }) => place.source !== first.place.source)) return undefined;
  const { source, file } = first.place;
  const inFile = edits.map(({ place, newText }) => ({
    range: { start: source.lines.offset(place.start), end: source.lines.offset(place.end) },
    newText,
  }));
  if (!areDisjoint(inFile)) return undefined;
  const { start, end } = stretch(
    Math.min(...inFile.map(({ range }) => range.start)),
    Math.max(...inFile.map(({ range }) => range.end)),
    source.text,
  );
  const shifted = inFile.map(({ range, newText }) => ({
    range: { start: range.start - start, end: range.end - start },
    newText,
  }));
  return {
    place: { file, start: source.lines.position(start), end: source.lines.position(end), source },
    newText: applyEdits(source.text.slice(start, end), shifted),
  };
}
