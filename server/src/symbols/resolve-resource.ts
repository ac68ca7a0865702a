import { nodeAt, type Step, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { istioHost, mayIntersect, namespacesOf } from "../traffic/istio-host.ts";
import { lookUpHost } from "../traffic/service-lookup.ts";
import { mayShareNamespace } from "../workspace/scope.ts";
import { definitionsOfSort } from "./definitions.ts";
import { nameOf, resourcesNamed } from "./lookup.ts";
import type { Definition, Use } from "./mention.ts";
import { relativePath } from "./path.ts";
import { meant } from "./scope.ts";
import type { ResourceTarget } from "./targets.ts";
import type { World } from "./world.ts";

/** The names of the resources that a use means. */
export function resolveResource(world: World, use: Use, target: ResourceTarget): readonly Definition[] {
  const { text, resource, path, node } = use;
  if (text === undefined) return [];
  if (target.form === "host") return resolveHost(world, resource, node.source);
  return resourceAt(world, resource, target, path, node.source);
}

/** The names of the resources that the text at a path of `from` means. */
export function resourceAt(
  world: World,
  from: Resource,
  target: ResourceTarget,
  path: readonly Step[],
  text: string,
): readonly Definition[] {
  const slash = target.form === "namespaced" ? text.lastIndexOf("/") : -1;
  const name = text.slice(slash + 1);
  const namespace = slash < 0 ? namespaceAt(from, target, path) : text.slice(0, slash);
  const candidates = typesAt(from, target, path)
    .flatMap((type) => resourcesNamed(world, type, name))
    .filter(({ resource }) => isIn(world, from, resource, namespace));
  return meant(world, from, withoutPatches(world, candidates), resourceOf);
}

/** Kustomize patches bear the name of what they change: they count only where nothing else does. */
function withoutPatches({ snapshot }: World, found: readonly Definition[]): readonly Definition[] {
  const whole = found.filter(({ resource }) => snapshot.layout.completenessOf(resource) !== "patch");
  return whole.length > 0 ? whole : found;
}

/** The types that the name may be of, as far as its surroundings say. */
export function typesAt(from: Resource, target: ResourceTarget, path: readonly Step[]): readonly string[] {
  const { types, typeAt, lastIf } = target;
  if (lastIf !== undefined) {
    const isLast = stringOf(nodeAt(from.root, relativePath(path, lastIf))) === "true";
    return isLast ? types.slice(-1) : types.slice(0, 1);
  }
  if (typeAt === undefined) return types;
  const read = (relative: string | undefined) =>
    relative === undefined ? undefined : stringOf(nodeAt(from.root, relativePath(path, relative)));
  const kind = read(typeAt.kind);
  if (kind === undefined) return types.slice(0, 1);
  const group = typeAt.group === undefined ? groupOf(read(typeAt.apiVersion)) : read(typeAt.group);
  const known = types.filter((type) => type.endsWith(`/${kind}`));
  if (known.length > 0) return known;
  return group === undefined ? [] : [`${group}/${kind}`];
}

function groupOf(apiVersion: string | undefined): string | undefined {
  if (apiVersion === undefined) return undefined;
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

function namespaceAt(
  from: Resource,
  { namespaceAt: at }: ResourceTarget,
  path: readonly Step[],
): string | undefined {
  return at === undefined ? undefined : stringOf(nodeAt(from.root, relativePath(path, at)));
}

function isIn(world: World, from: Resource, to: Resource, namespace: string | undefined): boolean {
  if (namespace === undefined || namespace === ".") return mayShareNamespace(world.snapshot, from, to);
  return mayIntersect(namespacesOf(world.snapshot, to), new Set([namespace]));
}

/** The name of the Service that a host in `from` stands for. */
export function resolveHost(world: World, from: Resource, host: string): readonly Definition[] {
  const { found } = lookUpHost(world.snapshot, from, host);
  return meant(
    world,
    from,
    found.filter((resource) => resource.type === "/Service").flatMap(nameOf),
    resourceOf,
  );
}

/** The host of the ServiceEntry that a host in `from` stands for. */
export function resolveEntryHost(world: World, from: Resource, host: string): readonly Definition[] {
  const { found } = lookUpHost(world.snapshot, from, host);
  const definitions = found
    .flatMap((entry) => definitionsOfSort(entry, "host"))
    .filter(({ text }) => text === host);
  return meant(world, from, definitions, resourceOf);
}

/** Whether hosts can be Services: the name of an Istio host, in full or in short. */
export function isServiceHost(world: World, from: Resource, host: string): boolean {
  return istioHost(host, namespacesOf(world.snapshot, from)).kind === "service";
}

function resourceOf({ resource }: Definition): Resource {
  return resource;
}
