import type { Definition, Use } from "./mention.ts";
import { resolveLabel } from "./resolve-label.ts";
import { resolvePart } from "./resolve-part.ts";
import { resolveEntryHost, resolveResource } from "./resolve-resource.ts";
import type { World } from "./world.ts";

/** Where the name is given that a use means; nothing where the workspace does not say, or is ambiguous. */
export function resolve(world: World, use: Use): readonly Definition[] {
  const key = `names ${use.path.join("/")} ${use.site.to.sort}`;
  return world.snapshot.derive(use.resource, key, (snapshot) => find({ ...world, snapshot }, use));
}

function find(world: World, use: Use): readonly Definition[] {
  const { to } = use.site;
  switch (to.sort) {
    case "resource":
      return resolveResource(world, use, to);
    case "host":
      return use.text === undefined ? [] : resolveEntryHost(world, use.resource, use.text);
    case "label":
      return resolveLabel(world, use, to);
    default:
      return resolvePart(world, use, to);
  }
}
