import type { SourceDocument } from "../model/document.ts";
import type { Node } from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";
import { inertText } from "../symbols/on-demand.ts";

/** The tree of a document, also of one that no rule reads: patches and templates of any kind. */
export function treeOf(document: SourceDocument): Node | undefined {
  return document.parsed === undefined ? document.derive(parse) : document.parsed.root;
}

function parse(document: SourceDocument): Node | undefined {
  return parseDocument(inertText(document), document.masks).root;
}
