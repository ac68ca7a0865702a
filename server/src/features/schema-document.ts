import { isConfigFile } from "../config/name.ts";
import type { SourceDocument } from "../model/document.ts";
import { nodeAt, stringOf } from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";
import { shift as shifted } from "../model/range.ts";
import type { Resource } from "../model/resource.ts";
import { scanHeader } from "../model/scan.ts";
import { maskTemplates } from "../model/templates.ts";
import type { SchemaDocument } from "../schema/types.ts";
import { CONFIG_TYPE } from "./config-schema.ts";
import type { Session } from "./session.ts";

/** A part of a document that has a schema of its own: all of it, or one item of a list. */
export interface SchemaPart {
  readonly document: SchemaDocument;
  /** What to add to an offset in it for that in the document. */
  readonly shift: number;
}

/** A document as the schema service takes it: as a whole, or the items of a list one by one. */
export function schemaParts(session: Session, document: SourceDocument): readonly SchemaPart[] {
  const { parsed, resources } = document;
  const items = resources.filter(({ root }) => root !== parsed?.root);
  return items.length === 0 ? [whole(session, document)] : items.map((item) => ofItem(session, item));
}

/** The part that an offset of the document is in; the whole document where that is none of a list's items. */
export function schemaPartAt(session: Session, document: SourceDocument, offset: number): SchemaPart {
  const item = document.resources.find(
    ({ root }) => root !== document.parsed?.root && root.range.start <= offset && offset <= root.range.end,
  );
  return item === undefined ? whole(session, document) : ofItem(session, item);
}

function whole(session: Session, document: SourceDocument): SchemaPart {
  const { masks, resources } = document;
  const partial = masks.length > 0 || resources.some((resource) => !session.isComplete(resource));
  return { shift: 0, document: { ...typeOf(document), text: inertText(document), masks, partial } };
}

/** Behind as many spaces as there are columns in front of it, so that its lines stand below each other as they do in the list. */
function ofItem(session: Session, resource: Resource): SchemaPart {
  const { apiVersion, kind, root, document } = resource;
  const { start, end } = root.range;
  const text = inertText(document);
  const column = start - (text.lastIndexOf("\n", start - 1) + 1);
  const shift = start - column;
  const masks = document.masks
    .filter((mask) => mask.end > start && mask.start < end)
    .map((mask) => shifted(mask, -shift));
  const partial = masks.length > 0 || !session.isComplete(resource);
  return {
    shift,
    document: { apiVersion, kind, text: " ".repeat(column) + text.slice(start, end), masks, partial },
  };
}

function inertText({ masks, text }: SourceDocument): string {
  return masks.length === 0 ? text : maskTemplates(text).text;
}

/** Kinds that no rule reads are not parsed; their type stands in the text all the same. */
function typeOf(document: SourceDocument): Pick<SchemaDocument, "apiVersion" | "kind"> {
  if (isConfigFile(document.uri)) return CONFIG_TYPE;
  const [resource] = document.resources;
  // A list of resources is no type that has a schema.
  if (resource !== undefined && resource.root !== document.parsed?.root) return {};
  if (resource !== undefined) return { apiVersion: resource.apiVersion, kind: resource.kind };
  if (!/^[\s\uFEFF]*\{/.test(document.text)) return scanHeader(document.text);
  const { root } = parseDocument(document.text);
  return { apiVersion: stringOf(nodeAt(root, "apiVersion")), kind: stringOf(nodeAt(root, "kind")) };
}
