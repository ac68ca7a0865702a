import type { Place } from "../report.ts";
import { printable, widthOf } from "./printable.ts";
import type { Colors } from "./terminal.ts";

/** Lines shown above the one in question. */
const CONTEXT = 2;
const ELLIPSIS = "…";
/** Below this a line is cut even where the terminal is narrower. */
const MIN_WIDTH = 40;

/** The lines around a place with carets under it, each line indented and ended by a newline. */
export function codeFrame(place: Place, colors: Colors, columns: number): string {
  const { start } = place;
  const gutter = String(start.line + 1).length;
  const room = Math.max(MIN_WIDTH, columns - gutter - 5);
  const line = lineAt(place, start.line);
  const cut = window(line, start.character, endColumn(place, line), room);
  const frame = (number: string, text: string) =>
    `${`  ${colors.dim(`${number.padStart(gutter)} |`)} ${text}`.trimEnd()}\n`;

  let result = "";
  for (let i = Math.max(0, start.line - CONTEXT); i < start.line; i++) {
    const text = lineAt(place, i);
    // A line that says nothing in front of the others helps nobody.
    if (result === "" && text.trim() === "") continue;
    result += frame(String(i + 1), colors.dim(crop(text, cut.from, room)));
  }
  const shown = `${cut.before}${cut.marked}${cut.after}`;
  const carets = "^".repeat(Math.max(1, widthOf(cut.marked)));
  result += frame(String(start.line + 1), shown);
  return result + frame("", `${" ".repeat(widthOf(cut.before))}${colors.red(carets)}`);
}

function lineAt({ source }: Place, line: number): string {
  const { lines, text } = source;
  const from = lines.offset({ line, character: 0 });
  const to = line + 1 < lines.count ? lines.offset({ line: line + 1, character: 0 }) : text.length;
  return text.slice(from, to).replace(/[\r\n]+$/, "");
}

/** Where the marked part ends on its first line. */
function endColumn({ start, end }: Place, line: string): number {
  const to = end.line > start.line ? line.trimEnd().length : end.character;
  return Math.max(start.character, Math.min(to, line.length));
}

/** The part of a line that fits, with the marked part in it. */
function window(line: string, start: number, end: number, room: number) {
  const isLong = widthOf(line.slice(0, 10 * room)) > room || line.length > 10 * room;
  const from = isLong && end > room - 10 ? Math.max(0, start - Math.floor(room / 3)) : 0;
  const markedEnd = Math.min(end, start + Math.floor(room / 2));
  const before = printable(line.slice(from, start));
  const marked = printable(line.slice(start, markedEnd));
  const rest = room - widthOf(before) - widthOf(marked) - 2;
  return {
    from,
    before: from > 0 ? ELLIPSIS + before : before,
    marked,
    after: fit(line.slice(markedEnd), Math.max(0, rest)),
  };
}

function crop(line: string, from: number, room: number): string {
  const start = from > 0 && line.length > from ? ELLIPSIS : "";
  return start + fit(line.slice(from), room - 2);
}

/** The beginning of a text that takes no more than so many columns. */
function fit(text: string, room: number): string {
  const start = printable(text.slice(0, room));
  if (text.length <= room && widthOf(start) <= room) return start;
  let width = 0;
  let kept = "";
  for (const character of start) {
    width += widthOf(character);
    if (width > room) break;
    kept += character;
  }
  return kept + ELLIPSIS;
}
