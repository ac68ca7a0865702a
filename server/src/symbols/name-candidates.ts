import { nodeAt, stringOf } from "../model/node.ts";
import { mayIntersect, namespacesOf, onlyOne } from "../traffic/istio-host.ts";
import { mayShareNamespace } from "../workspace/scope.ts";
import { type Candidate, detailOf } from "./candidate.ts";
import type { Cursor } from "./cursor.ts";
import { definitionsIn } from "./definitions.ts";
import { allOfType } from "./lookup.ts";
import { relativePath } from "./path.ts";
import { partsAt } from "./resolve-part.ts";
import { typesAt } from "./resolve-resource.ts";
import { offered } from "./scope.ts";
import type { PartTarget, ResourceTarget } from "./targets.ts";
import { SERVICE_ENTRY } from "./types.ts";
import type { World } from "./world.ts";

/** The names of resources that fit a target at the cursor. */
export function resourceCandidates(
  world: World,
  { resource: from, path }: Cursor,
  target: ResourceTarget,
): readonly Candidate[] {
  const { form, namespaceAt } = target;
  const written =
    namespaceAt === undefined ? undefined : stringOf(nodeAt(from.root, relativePath(path, namespaceAt)));
  return typesAt(from, target, path).flatMap((type) => {
    const kind = type.slice(type.indexOf("/") + 1);
    const all = offered(world, from, allOfType(world, type), ({ place }) => place);
    return all.flatMap(({ item: { name, place }, isFar }): Candidate[] => {
      const namespaces = namespacesOf(world.snapshot, place);
      const isHere =
        written === undefined
          ? mayShareNamespace(world.snapshot, from, place)
          : mayIntersect(namespaces, new Set([written]));
      const namespace = onlyOne(namespaces);
      const detail = namespace === undefined ? kind : `${kind} · ${namespace}`;
      const spelling = isHere ? name : spelledFromElsewhere(name, namespace, form);
      return spelling === undefined ? [] : [{ name: spelling, detail, isFar }];
    });
  });
}

/** A name as it is written in another namespace; undefined where it cannot be. */
function spelledFromElsewhere(
  name: string,
  namespace: string | undefined,
  form: ResourceTarget["form"],
): string | undefined {
  if (namespace === undefined || form === undefined) return undefined;
  return form === "host" ? `${name}.${namespace}.svc.cluster.local` : `${namespace}/${name}`;
}

/** The hosts of ServiceEntries. */
export function hostCandidates(world: World, { resource: from }: Cursor): readonly Candidate[] {
  const entries = world.snapshot.find("type", SERVICE_ENTRY);
  return offered(world, from, entries, (entry) => entry).flatMap(({ item, isFar }) =>
    definitionsIn(item).flatMap(({ sort, text }) =>
      sort === "host" && text !== undefined ? [{ name: text, detail: detailOf(item), isFar }] : [],
    ),
  );
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
    return [{ name: text, detail: detailOf(owner), isFar: false, isNumber }];
  });
}
