import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import type { Colors } from "../output/terminal.ts";

/** A unified diff that `git apply` and `patch -p1` take. */
export function unifiedDiff(file: string, before: string, after: string, colors: Colors): string {
  const patch = createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
  return patch.replace(/^.*$/gm, (line) => paint(line, colors));
}

function paint(line: string, { bold, red, green, cyan }: Colors): string {
  if (line.startsWith("---") || line.startsWith("+++")) return bold(line);
  if (line.startsWith("@@")) return cyan(line);
  if (line.startsWith("+")) return green(line);
  return line.startsWith("-") ? red(line) : line;
}
