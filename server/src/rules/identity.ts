import { entryOf, type Node, stringOf } from "../model/node.ts";
import type { Range } from "../model/range.ts";
import type { Finding } from "./finding.ts";

/**
 * What makes a finding the same one in another version of the files: its rule, its resource and the path of its place,
 * list items by their name. Neither line nor file nor message is part of it: it stays when a manifest moves, is
 * reformatted, or its numbers change. Two findings may share an identity (one base in two overlays): count them.
 */
export function identityOf({ ruleId, resource, document, range }: Finding): string {
  if (resource === undefined) return JSON.stringify([ruleId, lineAt(document.text, range.start)]);
  const { type, namespace, name, root } = resource;
  return JSON.stringify([ruleId, type, namespace ?? "", name ?? "", ...pathTo(root, range)]);
}

/** The steps down to the deepest value or key that holds the range. */
function pathTo(root: Node, range: Range): string[] {
  const path: string[] = [];
  let node: Node | undefined = root;
  while (node !== undefined) {
    const step: { name: string; node: Node | undefined } | undefined = stepTo(node, range);
    if (step === undefined) break;
    path.push(step.name);
    node = step.node;
  }
  return path;
}

function stepTo(node: Node, range: Range): { name: string; node: Node | undefined } | undefined {
  if (node.kind === "map") {
    for (const { key, value } of node.entries) {
      if (holds(key.range, range)) return { name: key.source, node: undefined };
      if (holds(value.range, range)) return { name: key.source, node: value };
    }
  }
  if (node.kind === "seq") {
    for (const [i, item] of node.items.entries())
      if (holds(item.range, range)) return { name: itemName(item) ?? `${i}`, node: item };
  }
  return undefined;
}

/** Kubernetes merges most lists by name; for the others the place in the list must do. */
function itemName(item: Node): string | undefined {
  return item.kind === "scalar" ? stringOf(item) : stringOf(entryOf(item, "name")?.value);
}

function holds(outer: Range, inner: Range): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function lineAt(text: string, offset: number): string {
  const end = text.indexOf("\n", offset);
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, end < 0 ? text.length : end).trim();
}
