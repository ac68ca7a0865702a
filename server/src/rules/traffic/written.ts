import { entryOf, type MapNode, type Node, present } from "../../model/node.ts";
import { overlaps, type Range } from "../../model/range.ts";
import type { Resource } from "../../model/resource.ts";
import type { SplitRoute } from "../../traffic/weighted-route.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";

/**
 * Whether whole lines of what stands under a key may come or go with a template: from the key to where the next
 * thing begins, so that an action above the first item or at the end of the list counts too. An `{{ end }}` adds
 * nothing; what it closes opens elsewhere.
 */
export function isConditional(resource: Resource, parent: MapNode, key: string): boolean {
  const { document } = resource;
  const range = entryRange(parent, key);
  if (!document.hasTemplateStructure || range === undefined) return false;
  const behind = document.text.slice(range.end);
  const gap = /^(?:\s+|#[^\n]*|\{\{-?\s*end\s*-?\}\})*/.exec(behind)?.[0].length ?? 0;
  const isContinued = behind.startsWith("{{", gap);
  return isContinued || document.masks.some((mask) => mask.kind === "structure" && overlaps(mask, range));
}

/** From a key to the end of its value. */
export function entryRange(parent: MapNode, key: string): Range | undefined {
  const entry = entryOf(parent, key);
  return entry === undefined ? undefined : { start: entry.key.range.start, end: entry.value.range.end };
}

/** Whether an overlay replaces what a resource says at a path. A patch is what replaces it. */
export function isReplaced(snapshot: Snapshot, resource: Resource, path: string): boolean {
  const { layout } = snapshot;
  return layout.completenessOf(resource) !== "patch" && layout.isPatched(resource, path);
}

/** Whether a template decides something inside. */
export function hasUnknown(node: Node): boolean {
  if (node.kind === "scalar") return node.unknown;
  if (node.kind === "seq") return node.items.some(hasUnknown);
  return node.entries.some(({ key, value }) => key.unknown || hasUnknown(value));
}

/** Whether another VirtualService decides where the route's requests go; what it does not take falls through. */
export function hasDelegate({ node }: SplitRoute): boolean {
  return present(entryOf(node, "delegate")?.value) !== undefined;
}
