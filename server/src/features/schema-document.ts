import { isConfigFile } from "../config/name.ts";
import type { SourceDocument } from "../model/document.ts";
import { nodeAt, stringOf } from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";
import { scanHeader } from "../model/scan.ts";
import { maskTemplates } from "../model/templates.ts";
import type { SchemaDocument } from "../schema/types.ts";
import { CONFIG_TYPE } from "./config-schema.ts";
import type { Session } from "./session.ts";

/** A document as the schema service takes it. Offsets are the document's own. */
export function schemaDocument(session: Session, document: SourceDocument): SchemaDocument {
  const { text, masks, resources } = document;
  return {
    ...typeOf(document),
    text: masks.length === 0 ? text : maskTemplates(text).text,
    masks,
    partial: masks.length > 0 || resources.some((resource) => !session.isComplete(resource)),
  };
}

/** Kinds that no rule reads are not parsed; their type stands in the text all the same. */
function typeOf(document: SourceDocument): Pick<SchemaDocument, "apiVersion" | "kind"> {
  if (isConfigFile(document.uri)) return CONFIG_TYPE;
  const [resource, ...others] = document.resources;
  // A list of resources is no type that has a schema.
  if (others.length > 0) return {};
  if (resource !== undefined) return { apiVersion: resource.apiVersion, kind: resource.kind };
  if (!/^[\s\uFEFF]*\{/.test(document.text)) return scanHeader(document.text);
  const { root } = parseDocument(document.text);
  return { apiVersion: stringOf(nodeAt(root, "apiVersion")), kind: stringOf(nodeAt(root, "kind")) };
}
