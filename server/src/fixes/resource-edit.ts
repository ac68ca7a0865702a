import { itemsOf, type Node, nodeAt, type SeqNode, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import type { DocumentEdit } from "./edit.ts";
import { appendItem, removeItem } from "./list-edit.ts";
import type { Value } from "./style.ts";
import { addDocument } from "./yaml-edit.ts";

/**
 * Adds a resource behind another one: a document of its own, or an item where that one is an item of a
 * `kind: List`. Undefined where the file cannot hold a further resource (JSON).
 */
export function addResource(beside: Resource, value: Value): DocumentEdit | undefined {
  const { document } = beside;
  const list = listAround(beside);
  if (list !== undefined) return appendItem(document, list, value);
  return document.uri.endsWith(".json") ? undefined : addDocument(document, value);
}

/** Removes a resource: its document with the separator, or its item of a list. A comment that heads the file stays. */
export function removeResource(resource: Resource): DocumentEdit | undefined {
  const { document, root } = resource;
  const outer = document.parsed?.root;
  if (outer !== root) {
    const items = itemsNode(outer);
    const index = items?.items.indexOf(root) ?? -1;
    return items === undefined || index < 0 ? undefined : removeItem(document, items, index);
  }
  const start = document.start === 0 ? heading(document.text, root.range.start) : 0;
  return { document, range: { start, end: document.text.length }, newText: "" };
}

/** The items of the untyped list that holds a resource; a typed one (`DeploymentList`) takes nothing else. */
function listAround(resource: Resource): SeqNode | undefined {
  const outer = resource.document.parsed?.root;
  if (outer === resource.root || stringOf(nodeAt(outer, "kind")) !== "List") return undefined;
  return itemsNode(outer);
}

function itemsNode(outer: Node | undefined): SeqNode | undefined {
  const items = nodeAt(outer, "items");
  return items?.kind === "seq" && itemsOf(items).length > 0 ? items : undefined;
}

/** Offset behind the comment lines at the start of a file that a blank line sets apart from what follows. */
function heading(text: string, until: number): number {
  const found = /^(?:[ \t]*#[^\r\n]*\r?\n)+(?=[ \t]*\r?\n)/.exec(text.slice(0, until));
  return found?.[0].length ?? 0;
}
