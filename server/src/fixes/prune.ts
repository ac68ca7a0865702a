import type { SourceDocument } from "../model/document.ts";
import { type MapNode, type Node, nodeAt, type Step } from "../model/node.ts";
import type { DocumentEdit } from "./edit.ts";
import { removeItem } from "./list-edit.ts";
import { removeEntry } from "./yaml-edit.ts";

/**
 * Removes what stands at a path below `root`, and with it every map and list on the way that would be left empty.
 * Undefined when it is not there, or came in through an anchor.
 */
export function removeWithShells(
  document: SourceDocument,
  root: MapNode,
  path: readonly Step[],
): DocumentEdit | undefined {
  let depth = path.length - 1;
  while (depth > 0 && sizeOf(nodeAt(root, path.slice(0, depth))) === 1) depth--;
  const step = path[depth];
  const holder = nodeAt(root, path.slice(0, depth));
  if (nodeAt(root, path) === undefined || step === undefined) return undefined;
  if (holder?.kind === "map" && typeof step === "string") return removeEntry(document, holder, step);
  if (holder?.kind === "seq" && typeof step === "number") return removeItem(document, holder, step);
  return undefined;
}

function sizeOf(node: Node | undefined): number {
  if (node?.kind === "map") return node.entries.length;
  return node?.kind === "seq" ? node.items.length : 0;
}
