import type { SourceDocument } from "../model/document.ts";
import type { Range } from "../model/range.ts";
import type { World } from "../symbols/world.ts";
import { type Files, memoryWorkspace } from "./memory-workspace.ts";

/** A workspace whose texts say where the cursor is (`‸`) and which places are meant (`«»`). */
export interface Marked {
  readonly world: World;
  /** The document that the cursor is in, and where in it. */
  readonly document: SourceDocument;
  readonly offset: number;
  /** The places that are meant, as `path:line:column text` from 1. */
  readonly expected: readonly string[];
  /** A place of a document in the same form. */
  place(document: SourceDocument, range: Range): string;
}

/** Reads marked texts by path. The cursor may be missing: then it is at the start of the first file. */
export function marked(files: Files): Marked {
  const texts: Record<string, string> = {};
  const expected: string[] = [];
  let cursor: { readonly path: string; readonly offset: number } | undefined;
  for (const [path, text] of Object.entries(files)) {
    let clean = "";
    let open = 0;
    for (const character of text) {
      if (character === "‸") cursor = { path, offset: clean.length };
      else if (character === "«") open = clean.length;
      else if (character === "»") expected.push(placeOf(path, clean, open, clean.length));
      else clean += character;
    }
    texts[path] = clean;
  }
  const { workspace, file } = memoryWorkspace(texts, []);
  const { path, offset } = cursor ?? { path: Object.keys(files)[0] ?? "", offset: 0 };
  const document = file(path).documents.findLast(({ start }) => start <= offset);
  if (document === undefined) throw new Error("no document at the cursor");
  return {
    world: { snapshot: workspace.snapshot(), files: () => workspace.files() },
    document,
    offset: offset - document.start,
    expected: expected.sort(),
    place: ({ file: own, start }, range) =>
      placeOf(own.uri.slice("file:///w/".length), own.text, start + range.start, start + range.end),
  };
}

function placeOf(path: string, text: string, start: number, end: number): string {
  const before = text.slice(0, start);
  const line = before.split("\n").length;
  return `${path}:${line}:${start - before.lastIndexOf("\n")} ${text.slice(start, end)}`;
}
