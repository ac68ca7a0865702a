import type { Resource } from "../model/resource.ts";
import type { Snapshot } from "./snapshot.ts";

/** `Snapshot.derive` for a view that is good for one run: each value is computed once, with the view itself. */
export function deriveOnce(view: () => Snapshot): Snapshot["derive"] {
  const derived = new WeakMap<Resource, Map<string, unknown>>();
  return (resource, key, compute) => {
    const known = derived.get(resource) ?? new Map<string, unknown>();
    derived.set(resource, known);
    if (!known.has(key)) known.set(key, compute(view()));
    return known.get(key) as ReturnType<typeof compute>; // kept under the key of this one computation
  };
}
