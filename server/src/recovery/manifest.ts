import { type Field, field, type Node, type Path } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import type { Snapshot } from "../workspace/snapshot.ts";

/** A field of a manifest that a plan refers to: unknown where an overlay decides it or the manifest is not complete. */
export function manifestField<T>(
  snapshot: Snapshot,
  resource: Resource,
  path: Path,
  read: (node: Node) => T | undefined,
): Field<T> {
  const found = field(resource.get(path), read);
  const isDecidedElsewhere =
    snapshot.layout.completenessOf(resource) !== "complete" || snapshot.layout.isPatched(resource, path);
  return isDecidedElsewhere ? { state: "unknown", node: resource.get(path) ?? resource.root } : found;
}
