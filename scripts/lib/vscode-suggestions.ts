import { readFile } from "node:fs/promises";

/** One row of the table "What to try" in examples/README.md. */
export type Suggestion = { file: string; see: string; act: string };

/**
 * Some rows of the table "What to try": those that name one file and something to do with it, the first
 * two of each folder.
 * @param path the README of the examples
 */
export async function readSuggestions(path: string, count: number): Promise<Suggestion[]> {
  const lines = (await readFile(path, "utf8").catch(() => "")).split("\n");
  const rows = lines.flatMap(readRow);
  const folderOf = ({ file }: Suggestion) => file.split("/")[0];
  const isEarly = (row: Suggestion) =>
    rows.filter((other) => folderOf(other) === folderOf(row)).indexOf(row) < 2;
  return rows.filter(isEarly).slice(0, count);
}

function readRow(line: string): Suggestion[] {
  const [, number, file, see, act] = line.split("|").map((cell) => cell.trim());
  if (!number || !/^\d+$/.test(number) || !file || !see || !act) return [];
  const path = /^`([^`]+)`$/.exec(file)?.[1];
  return path === undefined ? [] : [{ file: path, see: plain(see), act: plain(act) }];
}

function plain(markdown: string): string {
  return markdown.replaceAll(/[`*]/g, "");
}
