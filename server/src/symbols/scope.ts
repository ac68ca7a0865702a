import type { Resource } from "../model/resource.ts";
import { nearest, scopeOf } from "../workspace/scope.ts";
import type { World } from "./world.ts";

/**
 * What is meant among candidates of the right name: those in the nearest of file, folder and bundle that has any;
 * beyond that only one that stands alone, since nobody can tell which of several is deployed with `from`.
 */
export function meant<T>(
  world: World,
  from: Resource,
  candidates: readonly T[],
  resourceOf: (candidate: T) => Resource,
): readonly T[] {
  const near = nearest(world.snapshot, from, candidates, resourceOf);
  return clear(world, from, near, resourceOf);
}

/** Like `meant`, for what may be many at once: everything that is deployed together with `from`. */
export function meantTogether<T>(
  world: World,
  from: Resource,
  candidates: readonly T[],
  resourceOf: (candidate: T) => Resource,
): readonly T[] {
  const together = candidates.filter(
    (candidate) => scopeOf(world.snapshot, from, resourceOf(candidate)) !== "workspace",
  );
  return together.length > 0 ? together : clear(world, from, candidates, resourceOf);
}

/** Nothing, where the candidates are spread over the workspace. */
function clear<T>(
  world: World,
  from: Resource,
  candidates: readonly T[],
  resourceOf: (candidate: T) => Resource,
): readonly T[] {
  const resources = [...new Set(candidates.map(resourceOf))];
  const [first] = resources;
  if (first === undefined || scopeOf(world.snapshot, from, first) !== "workspace") return candidates;
  return resources.length > 1 || areAlternatives(world, from, first) ? [] : candidates;
}

/** Whether two resources are built from the same base by different kustomizations, so that they never meet. */
function areAlternatives({ snapshot, files }: World, a: Resource, b: Resource): boolean {
  const left = builtBy(snapshot, a);
  const right = builtBy(snapshot, b);
  if (left.size === 0 || right.size === 0) return false;
  for (const { uri } of files()) {
    const bundles = snapshot.layout.bundlesOf(uri);
    if (bundles.some(({ id }) => left.has(id)) && bundles.some(({ id }) => right.has(id))) return true;
  }
  return false;
}

/** The folders of the kustomizations and charts that build a resource. */
export function builtBy({ layout }: World["snapshot"], { document }: Resource): ReadonlySet<string> {
  const bundles = layout.bundlesOf(document.uri).filter(({ kind }) => kind !== "folder");
  return new Set(bundles.map(({ id }) => id));
}
