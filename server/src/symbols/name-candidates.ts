import { nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { mayIntersect, namespacesOf, onlyOne } from "../traffic/istio-host.ts";
import { mayShareNamespace } from "../workspace/scope.ts";
import type { Candidate } from "./candidate.ts";
import type { Cursor } from "./cursor.ts";
import { definitionsOfSort } from "./definitions.ts";
import { offersFor } from "./offers.ts";
import { relativePath } from "./path.ts";
import { partsAt } from "./resolve-part.ts";
import { typesAt } from "./resolve-resource.ts";
import type { PartTarget, ResourceTarget } from "./targets.ts";
import { SERVICE_ENTRY } from "./types.ts";
import type { World } from "./world.ts";

/** The names of resources that fit a target at the cursor. */
export function* resourceCandidates(
  world: World,
  { resource: from, path }: Cursor,
  target: ResourceTarget,
): Iterable<Candidate> {
  const { form, namespaceAt } = target;
  const written =
    namespaceAt === undefined ? undefined : stringOf(nodeAt(from.root, relativePath(path, namespaceAt)));
  for (const { name, resource } of offersFor(world, from, new Set(typesAt(from, target, path)))) {
    const isHere =
      written === undefined
        ? mayShareNamespace(world.snapshot, from, resource)
        : mayIntersect(namespacesOf(world.snapshot, resource), new Set([written]));
    const spelling = isHere ? name : nameFromElsewhere(world, resource, name, form);
    if (spelling !== undefined) yield { name: spelling, owner: resource };
  }
}

/** The name of a resource as it is written in another namespace; undefined where it cannot be. */
function nameFromElsewhere(
  { snapshot }: World,
  resource: Resource,
  name: string,
  form: ResourceTarget["form"],
): string | undefined {
  const namespace = form === undefined ? undefined : onlyOne(namespacesOf(snapshot, resource));
  if (namespace === undefined) return undefined;
  return form === "host" ? `${name}.${namespace}.svc.cluster.local` : `${namespace}/${name}`;
}

/** The hosts of ServiceEntries. */
export function* hostCandidates(world: World, { resource: from }: Cursor): Iterable<Candidate> {
  for (const { resource } of offersFor(world, from, new Set([SERVICE_ENTRY])))
    for (const { text } of definitionsOfSort(resource, "host"))
      if (text !== undefined) yield { name: text, owner: resource };
}

/** The subsets, ports and other parts that fit a target at the cursor. */
export function partCandidates(
  world: World,
  { resource, path }: Cursor,
  target: PartTarget,
): readonly Candidate[] {
  return partsAt(world, resource, target, path).flatMap(({ text, node, resource: owner }): Candidate[] => {
    const isNumber = typeof node.value === "number";
    if (text === undefined || target.only === (isNumber ? "names" : "numbers")) return [];
    return [{ name: text, owner, isNumber }];
  });
}
