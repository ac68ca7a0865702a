import { definitionsOfSort } from "./definitions.ts";
import { definitionsOf, patchNames, usesOf } from "./find.ts";
import type { Definition, Mention, Use } from "./mention.ts";
import { usesOfSort } from "./uses.ts";
import type { World } from "./world.ts";

/** Mentions that must bear one name: change one and all others have to follow. */
export interface Group {
  readonly definitions: readonly Definition[];
  readonly uses: readonly Use[];
}

/**
 * Everything that shares the name of a mention: its definitions, what uses them, what else those uses mean, and so
 * on. With `byKey` labels are followed by their keys: one selector may ask for several values of one key.
 */
export function groupOf(world: World, mention: Mention, byKey: boolean): Group {
  const definitions = new Set<Definition>();
  const uses = new Set<Use>();
  const waiting: Mention[] = [...definitionsOf(world, mention)];
  if (waiting.length > 0) waiting.push(mention);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.role === "use") {
      // A selector that asks for a key alone goes with every value of it.
      if (uses.has(next) || (next.keyOnly && !byKey)) continue;
      uses.add(next);
      waiting.push(...definitionsOf(world, next));
    } else {
      if (definitions.has(next)) continue;
      definitions.add(next);
      waiting.push(...definitionsOf(world, next), ...usesOf(world, next), ...patchNames(world, next));
    }
    if (byKey) waiting.push(...sameKey(next));
  }
  return { definitions: [...definitions], uses: [...uses] };
}

/** Mentions of a resource that stand under the very same key. */
function sameKey(mention: Mention): readonly Mention[] {
  const { key, resource } = mention;
  if (key === undefined) return [];
  return [...definitionsOfSort(resource, "label"), ...usesOfSort(resource, "label")].filter(
    (other) => other !== mention && other.key?.node === key.node,
  );
}
