import type { SourceDocument, SourceFile } from "../model/document.ts";
import { Resource } from "../model/resource.ts";
import { parentOf } from "../workspace/uri.ts";
import { generated } from "./lookup.ts";
import { headerOf } from "./on-demand.ts";
import { builtBy } from "./scope.ts";
import type { World } from "./world.ts";

/** A resource that may be offered at a place. */
export interface Offer {
  readonly name: string;
  /** It, or what stands for it where it is not parsed: it says where it is, and nothing else. */
  readonly resource: Resource;
}

/**
 * The resources of some types that may be offered in `from`: first what is deployed together with it, then the rest
 * of the workspace, without what another kustomization or chart builds when `from` itself is built. Nothing is
 * parsed for it. Asked at every key press, so whoever has enough stops.
 */
export function* offersFor(
  world: World,
  from: Resource,
  types: ReadonlySet<string>,
  reach: "everywhere" | "together" = "everywhere",
): Iterable<Offer> {
  const { near, far } = filesAround(world, from);
  // One generator and plain lists: delegating to a generator per file would take most of the time.
  for (const file of near) for (const offer of offersIn(file, types)) yield offer;
  for (const type of types) yield* madeOf(world, type, new Set(near.map(({ uri }) => uri)));
  if (reach === "together") return;
  for (const file of far) for (const offer of offersIn(file, types)) yield offer;
}

/** What the kustomizations among some files make. */
function* madeOf(world: World, type: string, files: ReadonlySet<string>): Iterable<Offer> {
  for (const { text, resource } of generated(world, type))
    if (text !== undefined && files.has(resource.document.uri)) yield { name: text, resource };
}

/** The files deployed together with a resource, its own first, then those of its folder; and the other ones. */
function filesAround({ snapshot, files }: World, from: Resource) {
  const { layout } = snapshot;
  const { uri } = from.document;
  const folder = parentOf(uri);
  const isBuilt = builtBy(snapshot, from).size > 0;
  const own: SourceFile[] = [];
  const beside: SourceFile[] = [];
  const together: SourceFile[] = [];
  const far: SourceFile[] = [];
  for (const file of files()) {
    if (file.uri === uri) own.push(file);
    else if (layout.sharesBundle(uri, file.uri))
      (parentOf(file.uri) === folder ? beside : together).push(file);
    else if (!isBuilt || layout.bundlesOf(file.uri).every(({ kind }) => kind === "folder")) far.push(file);
  }
  return { near: [...own, ...beside, ...together], far };
}

function offersIn({ documents }: SourceFile, types: ReadonlySet<string>): readonly Offer[] {
  const found: Offer[] = [];
  for (const document of documents) {
    if (document.parsed === undefined) {
      const header = headerOf(document);
      if (header?.name !== undefined && types.has(header.type))
        found.push({ name: header.name, resource: document.derive(placeOf) });
    } else {
      for (const resource of document.resources)
        if (resource.name !== undefined && types.has(resource.type))
          found.push({ name: resource.name, resource });
    }
  }
  return found;
}

/** A resource without content, which is where its document is. */
function placeOf(document: SourceDocument): Resource {
  const { apiVersion = "", kind = "" } = headerOf(document) ?? {};
  const range = { start: 0, end: document.text.length };
  return new Resource(document, { kind: "map", range, flow: false, entries: [] }, apiVersion, kind);
}
