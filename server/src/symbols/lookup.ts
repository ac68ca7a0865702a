import type { SourceDocument } from "../model/document.ts";
import type { Resource } from "../model/resource.ts";
import { definitionsOfSort } from "./definitions.ts";
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

/** The names that kustomizations give to what they make of a type. */
export function generated(world: World, type: string): readonly Definition[] {
  if (!GENERATED.has(type)) return [];
  const found: Definition[] = [];
  for (const file of world.files()) {
    if (!isKustomization(file.uri)) continue;
    const definitions = file.documents
      .flatMap(resourcesOf)
      .flatMap((each) => definitionsOfSort(each, "resource"));
    found.push(...definitions.filter((definition) => definition.type === type));
  }
  return found;
}

/** Where a resource is given its name; none where it has none. */
export function nameOf(resource: Resource): readonly Definition[] {
  return definitionsOfSort(resource, "resource").filter(({ path }) => path[0] === "metadata");
}
