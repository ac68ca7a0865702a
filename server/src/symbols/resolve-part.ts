import { nodeAt, type Step, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { lookUpRules } from "../traffic/destination-rules.ts";
import { lookUpHost } from "../traffic/service-lookup.ts";
import { definitionsOfSort } from "./definitions.ts";
import type { Definition, Use } from "./mention.ts";
import { relativePath } from "./path.ts";
import { workloadsSelected } from "./resolve-label.ts";
import { resourceAt } from "./resolve-resource.ts";
import { meant } from "./scope.ts";
import type { Owner, PartTarget } from "./targets.ts";
import { selectorAt } from "./uses.ts";
import { ROOT_NAMESPACE, type World } from "./world.ts";

/** Where the part is named that a use means. */
export function resolvePart(world: World, use: Use, target: PartTarget): readonly Definition[] {
  const { text, resource, path } = use;
  if (text === undefined) return [];
  const found = partsAt(world, resource, target, path).filter((definition) => definition.text === text);
  return target.of.by === "selector" ? found : meant(world, resource, found, (each) => each.resource);
}

/** Everything that could be meant at a path of `from`: the subsets of its rules, the ports of its container… */
export function partsAt(
  world: World,
  from: Resource,
  { sort, of }: PartTarget,
  path: readonly Step[],
): readonly Definition[] {
  const parts = ownersAt(world, from, of, path).flatMap((owner) => definitionsOfSort(owner, sort));
  return of.by === "same" ? inSameContainer(parts, path) : parts;
}

function ownersAt(world: World, from: Resource, owner: Owner, path: readonly Step[]): readonly Resource[] {
  if (owner.by === "same") return [from];
  const at = owner.by === "selector" ? undefined : relativePath(path, owner.at);
  const text = at === undefined ? undefined : stringOf(nodeAt(from.root, at));
  switch (owner.by) {
    case "name":
      if (text === undefined || at === undefined) return [];
      return resourceAt(world, from, owner.target, at, text).map(({ resource }) => resource);
    case "rules":
      return text === undefined ? [] : lookUpRules(world.snapshot, from, text, ROOT_NAMESPACE).serving;
    case "host":
      return text === undefined ? [] : lookUpHost(world.snapshot, from, text).found;
    case "selector": {
      const node = from.get(owner.at);
      const selector = selectorAt(node, from.type === "/Service" ? "map" : "selector");
      if (selector === undefined) return [];
      return workloadsSelected(world, from, selector).map(({ resource }) => resource);
    }
  }
}

/** Ports are looked up in the container itself. What stands outside of containers is shared by all of them. */
function inSameContainer(parts: readonly Definition[], path: readonly Step[]): readonly Definition[] {
  const container = containerOf(path);
  return parts.filter((part) => {
    const own = containerOf(part.path);
    return own === undefined || own === container;
  });
}

function containerOf(path: readonly Step[]): string | undefined {
  const at = path.findIndex((step) => step === "containers" || step === "initContainers");
  return at < 0 ? undefined : path.slice(0, at + 2).join("/");
}
