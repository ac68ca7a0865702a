import type { SourceDocument } from "../model/document.ts";
import { Resource } from "../model/resource.ts";
import { definitionsIn } from "./definitions.ts";
import type { Definition } from "./mention.ts";
import { headerOf, isKustomization, resourcesOf } from "./on-demand.ts";
import { CONFIG_MAP, SECRET } from "./types.ts";
import type { World } from "./world.ts";

/** Types that kustomizations make as well. */
const GENERATED: ReadonlySet<string> = new Set([CONFIG_MAP, SECRET]);

/** The names of resources of a type that are `name`. Resources of any kind: those that are not parsed yet are. */
export function resourcesNamed(world: World, type: string, name: string): readonly Definition[] {
  const indexed = world.snapshot.find("name", `${type}/${name}`).filter((each) => each.name === name);
  const found = [...new Set([...indexed, ...onDemand(world, type, name)])];
  const own = found.flatMap((resource) => (resource.name === name ? nameOf(resource) : []));
  return [...own, ...generated(world, type).filter((definition) => definition.text === name)];
}

/** Something by name and type, without a look at the rest of it. */
export interface Listed {
  readonly name: string;
  /** It, or what stands for it where it is not parsed: for questions about where it is. */
  readonly place: Resource;
}

/** The names of all resources of a type. Nothing is parsed for it. */
export function allOfType(world: World, type: string): readonly Listed[] {
  const parsed = world.snapshot
    .find("type", type)
    .flatMap((resource) => (resource.name === undefined ? [] : [{ name: resource.name, place: resource }]));
  const others = unparsed(world).flatMap((document) => {
    const header = headerOf(document);
    if (header?.type !== type || header.name === undefined) return [];
    return [{ name: header.name, place: document.derive(placeOf) }];
  });
  const made = generated(world, type).flatMap(({ text, resource }) =>
    text === undefined ? [] : [{ name: text, place: resource }],
  );
  return [...parsed, ...others, ...made];
}

/** A resource without content, which is where its document is. */
function placeOf(document: SourceDocument): Resource {
  const { apiVersion = "", kind = "" } = headerOf(document) ?? {};
  const range = { start: 0, end: document.text.length };
  return new Resource(document, { kind: "map", range, flow: false, entries: [] }, apiVersion, kind);
}

/** Resources of a type in documents that no rule needs. Their text is looked through, and only what fits is parsed. */
function onDemand(world: World, type: string, name: string): Resource[] {
  return unparsed(world)
    .filter((document) => {
      const header = headerOf(document);
      return header?.type === type && header.name === name;
    })
    .flatMap((document) => resourcesOf(document).filter((resource) => resource.type === type));
}

function unparsed({ files }: World): SourceDocument[] {
  const found: SourceDocument[] = [];
  for (const file of files())
    for (const document of file.documents) if (document.parsed === undefined) found.push(document);
  return found;
}

function generated(world: World, type: string): readonly Definition[] {
  if (!GENERATED.has(type)) return [];
  const found: Definition[] = [];
  for (const file of world.files()) {
    if (!isKustomization(file.uri)) continue;
    const definitions = file.documents.flatMap(resourcesOf).flatMap(definitionsIn);
    found.push(...definitions.filter((definition) => definition.type === type));
  }
  return found;
}

/** Where a resource is given its name; none where it has none. */
export function nameOf(resource: Resource): readonly Definition[] {
  return definitionsIn(resource).filter(
    ({ sort, type, path }) => sort === "resource" && type === resource.type && path[0] === "metadata",
  );
}
