import type { SourceDocument } from "../model/document.ts";
import type { Range } from "../model/range.ts";
import type { Resource } from "../model/resource.ts";
import { definitionsIn, definitionsOfSort } from "./definitions.ts";
import { nameOf } from "./lookup.ts";
import type { Definition, Mention, Use } from "./mention.ts";
import { resourcesOf } from "./on-demand.ts";
import { resolve } from "./resolve.ts";
import type { Sort } from "./targets.ts";
import { sitesFor, usesIn, usesOfSort } from "./uses.ts";
import type { World } from "./world.ts";
import type { Written } from "./written.ts";

/** A mention, and which part of it is pointed at: of a label the key or the value. */
export interface Pointed<M extends Mention = Mention> {
  readonly mention: M;
  readonly isKey: boolean;
}

/** The mentions at an offset of a document, definitions first. A host may be mentioned as several things. */
export function mentionsAt(document: SourceDocument, offset: number): readonly Pointed[] {
  return mentionsIn(document).flatMap((mention) => {
    const isKey = mention.key !== undefined && touches(mention.key.range, offset);
    return isKey || touches(mention.range, offset) ? [{ mention, isKey }] : [];
  });
}

/** Every mention in a document. */
export function mentionsIn(document: SourceDocument): readonly Mention[] {
  return resourcesOf(document).flatMap((resource) => [...definitionsIn(resource), ...usesIn(resource)]);
}

/** Every mention of one sort of name in a document. */
export function mentionsOfSort(document: SourceDocument, sort: Sort): readonly Mention[] {
  return resourcesOf(document).flatMap((resource) => [
    ...definitionsOfSort(resource, sort),
    ...usesOfSort(resource, sort),
  ]);
}

/** What a mention names, or what the name that it uses is of. */
export function sortOf(mention: Mention): Sort {
  return mention.role === "use" ? mention.site.to.sort : mention.sort;
}

/** What the editor shows as the place of a mention. */
export function shownPart({ mention, isKey }: Pointed): Written {
  return isKey && mention.key !== undefined ? mention.key : mention;
}

function touches(range: Range, offset: number): boolean {
  return range.start <= offset && offset <= range.end;
}

/**
 * Where a mention's name is given: for a use what it means, for a definition itself. The name of a kustomize patch
 * is that of the resource it changes.
 */
export function definitionsOf(world: World, mention: Mention): readonly Definition[] {
  if (mention.role === "use") return resolve(world, mention);
  const bases = mention.sort === "resource" ? basesOf(world, mention) : [];
  return bases.length > 0 ? bases : [mention];
}

/** The resources that a kustomize patch changes. */
function basesOf({ snapshot }: World, { resource, text, type }: Definition): readonly Definition[] {
  if (text === undefined || snapshot.layout.completenessOf(resource) !== "patch") return [];
  const { uri } = resource.document;
  return snapshot
    .find("name", `${type}/${text}`)
    .filter((base) => snapshot.layout.patchesFor(base).some((patch) => patch.file === uri))
    .flatMap(nameOf);
}

/** The patches that bear a resource's name to change it. */
export function patchNames({ snapshot, files }: World, definition: Definition): readonly Definition[] {
  const { resource, sort } = definition;
  if (sort !== "resource") return [];
  const patches = new Set(snapshot.layout.patchesFor(resource).flatMap(({ file }) => file ?? []));
  if (patches.size === 0) return [];
  const found: Definition[] = [];
  for (const file of files()) {
    if (!patches.has(file.uri)) continue;
    const resources = file.documents.flatMap(resourcesOf).filter((each) => each.type === resource.type);
    found.push(...resources.flatMap(nameOf).filter(({ text }) => text === definition.text));
  }
  return found;
}

/** Every use of a definition in the workspace, by file and place. */
export function usesOf(world: World, definition: Definition): readonly Use[] {
  const { text, key } = definition;
  if (text === undefined) return [];
  return resourcesThatMayUse(world, definition).flatMap((resource) =>
    usesOfSort(resource, definition.sort).filter(
      (use) => mayMean(use, definition, key?.text) && resolve(world, use).includes(definition),
    ),
  );
}

function mayMean(use: Use, definition: Definition, key: string | undefined): boolean {
  if (use.site.to.sort !== definition.sort) return false;
  if (definition.sort !== "label") return use.text === definition.text;
  return use.key?.text === key && (use.keyOnly || use.text === definition.text);
}

/** Whether resources of a type may use a definition, as far as the table says. */
function mayUse(type: string, definition: Definition): boolean {
  return sitesFor(type).some(({ site: { to } }) => {
    if (to.sort !== definition.sort) return false;
    return to.sort !== "resource" || to.typeAt !== undefined || to.types.includes(definition.type);
  });
}

/** A look at the text first: most documents of a workspace say nothing of a name. */
function resourcesThatMayUse({ files }: World, definition: Definition): readonly Resource[] {
  const needle = definition.key?.text ?? definition.text ?? "";
  const found: Resource[] = [];
  for (const file of files()) {
    if (!file.text.includes(needle)) continue;
    for (const document of file.documents) {
      if (!document.text.includes(needle)) continue;
      for (const resource of resourcesOf(document))
        if (mayUse(resource.type, definition)) found.push(resource);
    }
  }
  return found;
}
