import type { SourceDocument } from "../model/document.ts";
import { entryOf, nodeAt } from "../model/node.ts";
import type { Range } from "../model/range.ts";
import { definitionsOf, mentionsAt, mentionsOfSort, type Pointed, sortOf } from "./find.ts";
import type { Definition, Mention } from "./mention.ts";
import type { World } from "./world.ts";

/** A place in the file that belongs to what the cursor is on. */
export interface Highlight {
  readonly document: SourceDocument;
  readonly range: Range;
  /** Where the name is given, rather than used. */
  readonly isDefinition: boolean;
}

/** Keys that hold the labels of a selector or of a pod template. */
const HOLDERS = new Set([
  "selector",
  "labelSelector",
  "podSelector",
  "workloadSelector",
  "matchLabels",
  "matchExpressions",
  "labels",
]);

/**
 * What in the file has the name at an offset. On the key that holds a selector: every label it asks for, and those
 * labels in the pod templates that it selects.
 */
export function highlightsAt(world: World, document: SourceDocument, offset: number): readonly Highlight[] {
  const pointed = mentionsAt(document, offset);
  const starts = pointed.length > 0 ? pointed : labelsHeldAt(document, offset);
  const found = starts.flatMap((start) => connected(world, document, start));
  return [...new Map(found.map((each) => [placeOf(each), each])).values()];
}

/** The labels below the key that the offset is on. */
function labelsHeldAt(document: SourceDocument, offset: number): readonly Pointed[] {
  return mentionsOfSort(document, "label").flatMap((mention) =>
    mention.key !== undefined && isHeldAt(mention, offset) ? [{ mention, isKey: false }] : [],
  );
}

function isHeldAt({ path, resource }: Mention, offset: number): boolean {
  return path.slice(0, -1).some((step, i) => {
    if (typeof step !== "string" || !HOLDERS.has(step)) return false;
    const range = entryOf(nodeAt(resource.root, path.slice(0, i)), step)?.key.range;
    return range !== undefined && range.start <= offset && offset <= range.end;
  });
}

/** The mention itself and all others in its file that mean the same. */
function connected(world: World, document: SourceDocument, { mention }: Pointed): Highlight[] {
  const definitions = new Set<Definition>(definitionsOf(world, mention));
  const needle = mention.key?.text ?? mention.text ?? "";
  const others = document.file.documents
    .filter(({ text }) => text.includes(needle))
    .flatMap((each) => mentionsOfSort(each, sortOf(mention)))
    .filter((other) => other !== mention && isAbout(world, other, mention, definitions));
  return [mention, ...others].map(highlight);
}

function isAbout(
  world: World,
  other: Mention,
  mention: Mention,
  definitions: ReadonlySet<Definition>,
): boolean {
  if (other.key?.text !== mention.key?.text || (other.text !== mention.text && !isKeyOnly(other)))
    return false;
  return definitionsOf(world, other).some((definition) => definitions.has(definition));
}

function isKeyOnly(mention: Mention): boolean {
  return mention.role === "use" && mention.keyOnly;
}

/** A label is shown as a whole. */
function highlight({ resource, key, range, role }: Mention): Highlight {
  const start = key === undefined ? range.start : Math.min(key.range.start, range.start);
  const isFar = key !== undefined && range.start > key.range.end + 2;
  return {
    document: resource.document,
    range: isFar ? range : { start, end: range.end },
    isDefinition: role === "definition",
  };
}

function placeOf({ document, range }: Highlight): string {
  return `${document.start} ${range.start}`;
}
