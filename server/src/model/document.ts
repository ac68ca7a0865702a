import { Lines } from "./lines.ts";
import { entriesOf, type MapNode, type Node, nodeAt, present, stringOf } from "./node.ts";
import { type ParsedDocument, parseDocument } from "./parse.ts";
import { type Range, shift } from "./range.ts";
import { Resource } from "./resource.ts";
import { type Piece, reusable } from "./reuse.ts";
import { mayHold, scanHeader } from "./scan.ts";
import { splitDocuments } from "./split.ts";
import { isMasked, type Mask, maskTemplates } from "./templates.ts";
import { mayHoldUntyped, untypedResourcesIn } from "./untyped.ts";

/**
 * One document of a file. It is keyed by its text: an edit elsewhere in the file keeps the same object and
 * only moves `start`, so that whatever was computed for it stays valid.
 */
export class SourceDocument {
  /** The file it stands in, in its latest version. */
  file: SourceFile;
  /** Offset of its first character in the file. */
  start: number;
  readonly text: string;
  /** Template actions in it, offsets from its start. */
  readonly masks: readonly Mask[];
  /** Undefined when no rule reads a document of its kind: then it is not parsed at all. */
  readonly parsed: ParsedDocument | undefined;
  readonly resources: readonly Resource[];
  /** The custom resource in an unparsed document, by its header alone: it has a type, but no name and no fields. */
  readonly bystander: Resource | undefined;
  readonly #derived = new Map<unknown, unknown>();

  constructor(
    file: SourceFile,
    start: number,
    text: string,
    masked: string,
    masks: readonly Mask[],
    relevant: boolean,
  ) {
    this.file = file;
    this.start = start;
    this.text = text;
    this.masks = masks;
    this.parsed = relevant ? parseDocument(masked, masks) : undefined;
    this.resources = this.parsed?.root === undefined ? [] : resourcesIn(this, this.parsed.root);
    this.bystander = relevant ? undefined : bystanderIn(this, masked);
  }

  get uri(): string {
    return this.file.uri;
  }

  /** The value of a pure function of this document's text, computed once. */
  derive<T>(compute: (document: SourceDocument) => T): T {
    if (!this.#derived.has(compute)) this.#derived.set(compute, compute(this));
    return this.#derived.get(compute) as T; // stored one line above under the function that made it
  }

  /** A range of this document as a range of its file. */
  inFile(range: Range): Range {
    return shift(range, this.start);
  }

  /** Whether a template fills in part of the range. */
  isMasked(range: Range): boolean {
    return isMasked(this.masks, range);
  }

  /** Whether whole lines of it come from a template: then any key may be missing here and present in the end. */
  get hasTemplateStructure(): boolean {
    return this.masks.some((mask) => mask.kind === "structure");
  }
}

/** One version of a file's text, cut into documents. */
export class SourceFile {
  readonly uri: string;
  readonly text: string;
  readonly documents: readonly SourceDocument[];
  #lines: Lines | undefined;

  /**
   * Documents of `previous` whose text is still there are taken over instead of being parsed again.
   * `kinds` says which documents are worth a parse.
   */
  constructor(uri: string, text: string, kinds: ReadonlySet<string>, previous?: SourceFile) {
    this.uri = uri;
    this.text = text;
    const { text: masked, masks } = maskTemplates(text);
    const pieces = piecesOf(text, masked, masks);
    const kept = reusable(previous?.documents ?? [], pieces);
    this.documents = pieces.map((piece, i) => {
      const { start, text: own, masks: ownMasks } = piece;
      const known = kept[i];
      if (known !== undefined) {
        known.file = this;
        known.start = start;
        return known;
      }
      const inert = ownMasks.length === 0 ? own : masked.slice(start, start + own.length);
      const relevant = mayHold(inert, kinds) || mayHoldUntyped(inert, uri, kinds);
      return new SourceDocument(this, start, own, inert, ownMasks, relevant);
    });
  }

  get lines(): Lines {
    this.#lines ??= new Lines(this.text);
    return this.#lines;
  }
}

/** The documents of a text, each with the masks that begin in it. */
function piecesOf(text: string, masked: string, masks: readonly Mask[]): Piece[] {
  let next = 0;
  return splitDocuments(masked).map(({ start, end }) => {
    const own: Mask[] = [];
    for (let mask = masks[next]; mask !== undefined && mask.start < end; mask = masks[++next])
      own.push({ kind: mask.kind, start: mask.start - start, end: mask.end - start });
    return { start, text: text.slice(start, end), masks: own };
  });
}

/** Kubernetes' own groups have no dot or end in `k8s.io`. */
function bystanderIn(document: SourceDocument, masked: string): Resource | undefined {
  const { apiVersion, kind } = scanHeader(masked);
  if (apiVersion === undefined || kind === undefined) return undefined;
  if (!/^[\w-]+\.[\w.-]+\//.test(apiVersion) || /\bk8s\.io\//.test(apiVersion)) return undefined;
  const range = { start: 0, end: document.text.length };
  return new Resource(document, { kind: "map", range, flow: false, entries: [] }, apiVersion, kind);
}

/** The resources that a document with this content holds: itself, the items of a list, or what needs no type to be one. */
export function resourcesIn(document: SourceDocument, root: Node): readonly Resource[] {
  if (root.kind !== "map") return untypedResourcesIn(document, root);
  const kind = stringOf(nodeAt(root, "kind"));
  const apiVersion = stringOf(nodeAt(root, "apiVersion"));
  if (kind?.endsWith("List") && nodeAt(root, "items")?.kind === "seq") {
    return listItems(root, kind, apiVersion).flatMap((item) =>
      item.kind === undefined || item.apiVersion === undefined
        ? []
        : [new Resource(document, item.root, item.apiVersion, item.kind)],
    );
  }
  if (kind === undefined || apiVersion === undefined) return untypedResourcesIn(document, root);
  return [new Resource(document, root, apiVersion, kind)];
}

/** Items of a typed list (`kind: DeploymentList`) may leave out their own type. */
function listItems(list: MapNode, listKind: string, listVersion: string | undefined) {
  const items = nodeAt(list, "items");
  const typed = listKind === "List" ? undefined : listKind.slice(0, -"List".length);
  return (items?.kind === "seq" ? items.items : []).flatMap((root) => {
    if (root.kind !== "map" || entriesOf(root).length === 0) return [];
    const kind = stringOf(present(nodeAt(root, "kind"))) ?? typed;
    const apiVersion =
      stringOf(present(nodeAt(root, "apiVersion"))) ?? (typed === undefined ? undefined : listVersion);
    return [{ root, kind, apiVersion }];
  });
}
