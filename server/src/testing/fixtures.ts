import { basename } from "node:path";
import { Lines } from "../model/lines.ts";
import type { Files } from "./memory-workspace.ts";

/** A finding that a fixture asks for. `column` and `length` are undefined where only the line is said. */
export interface Expected {
  readonly file: string;
  readonly line: number;
  readonly ruleId: string;
  readonly column: number | undefined;
  readonly length: number | undefined;
}

const FILE_MARK = /^# file: (\S+)[ \t]*$/gm;

/** Splits a fixture into its files: `# file: path` lines begin one each; without them the fixture is one file. */
export function filesOf(path: string, text: string): Files {
  const marks = [...text.matchAll(FILE_MARK)];
  if (marks.length === 0) return { [basename(path)]: text };
  const files: Record<string, string> = {};
  marks.forEach((mark, i) => {
    const start = mark.index + mark[0].length + 1;
    files[mark[1] ?? ""] = text.slice(start, marks[i + 1]?.index ?? text.length);
  });
  return files;
}

/**
 * Reads the markers: `# expect <id>` at the end of the line that holds the finding, or `# ^^^^ <id>` on a line
 * below it (other markers may stand between), the carets under the exact range.
 */
export function expectedIn(files: Files): Expected[] {
  return Object.entries(files).flatMap(([file, text]) => {
    const lines = text.split("\n");
    return lines.flatMap((line, i) => [...inlineMarks(file, line, i), ...caretMarks(file, lines, i)]);
  });
}

function inlineMarks(file: string, line: string, index: number): Expected[] {
  const mark = /#\s*expect\s+([\w\s,-]+)$/.exec(line);
  const ids = mark?.[1]?.split(/[\s,]+/).filter((id) => id !== "") ?? [];
  return ids.map((ruleId) => ({ file, line: index, ruleId, column: undefined, length: undefined }));
}

function caretMarks(file: string, lines: readonly string[], index: number): Expected[] {
  const mark = /^\s*#\s*(\^+)\s+([\w-]+)\s*$/.exec(lines[index] ?? "");
  if (mark === null) return [];
  let above = index - 1;
  while (above > 0 && /^\s*#\s*\^+/.test(lines[above] ?? "")) above--;
  const column = (lines[index] ?? "").indexOf("^");
  return [{ file, line: above, ruleId: mark[2] ?? "", column, length: mark[1]?.length ?? 0 }];
}

/** The line (from 0), column and length of a range, for comparison with a marker. */
export function placeOf(
  text: string,
  start: number,
  end: number,
): { line: number; column: number; length: number } {
  const { line, character } = new Lines(text).position(start);
  return { line, column: character, length: end - start };
}
