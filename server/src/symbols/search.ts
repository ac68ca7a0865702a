import type { SourceDocument } from "../model/document.ts";
import type { Range } from "../model/range.ts";
import { headerOf } from "./on-demand.ts";
import { titleFor } from "./outline.ts";
import type { World } from "./world.ts";

/** A resource that was found by its kind and name. */
export interface FoundResource {
  readonly document: SourceDocument;
  /** `Deployment/web`. */
  readonly title: string;
  /** Where the name stands, in the document. */
  readonly range: Range;
}

/** More than anybody looks through. */
const MOST = 200;

/** The resources of the workspace whose kind and name fit a query, the best first. */
export function searchResources({ files }: Pick<World, "files">, query: string): readonly FoundResource[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const ranked: (FoundResource & { readonly rank: number })[] = [];
  for (const file of files()) {
    for (const document of file.documents) {
      for (const found of resourcesIn(document)) {
        const rank = rankOf(found.title.toLowerCase(), words);
        if (rank !== undefined) ranked.push({ ...found, rank });
      }
    }
  }
  return ranked.sort((a, b) => a.rank - b.rank || compare(a.title, b.title)).slice(0, MOST);
}

function resourcesIn(document: SourceDocument): readonly FoundResource[] {
  return document.derive(readResources);
}

function readResources(document: SourceDocument): readonly FoundResource[] {
  const header = headerOf(document);
  if (header !== undefined)
    return [{ document, title: titleFor(header.kind, header.name), range: header.range }];
  return document.resources.map((resource) => ({
    document,
    title: titleFor(resource.kind, resource.name),
    range: resource.title.range,
  }));
}

/** How well all words fit, the best first: the whole name, its beginning, a part, its letters in order; undefined: not at all. */
function rankOf(title: string, words: readonly string[]): number | undefined {
  let worst = 0;
  const name = title.slice(title.indexOf("/") + 1);
  for (const word of words) {
    const rank =
      name === word || title === word
        ? 0
        : name.startsWith(word)
          ? 1
          : title.includes(word)
            ? 2
            : hasLetters(title, word)
              ? 3
              : undefined;
    if (rank === undefined) return undefined;
    worst = Math.max(worst, rank);
  }
  return worst;
}

function hasLetters(title: string, word: string): boolean {
  let at = -1;
  for (const letter of word) {
    at = title.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
