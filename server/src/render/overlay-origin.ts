import type { SourceFile } from "../model/document.ts";
import { entryOf, itemsOf, type MapNode, type Node, nodeAt, present, stringOf } from "../model/node.ts";
import type { Location, Resource } from "../model/resource.ts";
import { resourcesOf } from "../symbols/on-demand.ts";
import { patchesOf } from "../workspace/kustomize-patch.ts";
import { type Anchor, headOfFile } from "./anchor.ts";
import type { Layer, Leaf, Plan } from "./kustomization.ts";
import { type Arrival, follow, likeness, mostLike, namedPath, type Trail } from "./trail.ts";
import { treeOf } from "./tree.ts";

/** A resource of a base, with what changes it. */
export interface Base {
  readonly resource: Resource;
  readonly leaf: Leaf;
}

/** Reads the current text of a file. */
export type FileOf = (uri: string) => SourceFile | undefined;

/** The resources that a kustomization takes in, by kind and the name they have in the end. */
export function basesOf(plan: Plan, fileOf: FileOf): ReadonlyMap<string, readonly Base[]> {
  const bases = new Map<string, Base[]>();
  for (const leaf of plan.leaves) {
    for (const document of fileOf(leaf.uri)?.documents ?? []) {
      for (const resource of resourcesOf(document)) {
        const key = `${resource.type}/${finalName(resource.name ?? "", leaf.layers)}`;
        const base = { resource, leaf };
        const known = bases.get(key);
        if (known === undefined) bases.set(key, [base]);
        else known.push(base);
      }
    }
  }
  return bases;
}

/**
 * The base of a built resource, and among how many of its name it was chosen; undefined for one that a generator made or
 * a patch renamed.
 */
export function baseOf(
  bases: ReadonlyMap<string, readonly Base[]>,
  built: Resource,
): { readonly base: Base; readonly candidates: number } | undefined {
  const named = bases.get(`${built.type}/${built.name ?? ""}`) ?? [];
  const base = mostLike(named, ({ resource }) => likeness(resource.root, built.root));
  return base && { base, candidates: named.length };
}

/** The place that decides what stands at the end of a trail through a built resource: in a patch, else in the base. */
export function overlayAnchor(base: Base, trail: Trail, value: Node, fileOf: FileOf): Anchor {
  const { resource, leaf } = base;
  const written = follow(resource.root, trail);
  if (!isSame(written.node, value) && !isIdentity(trail)) {
    const patched = patchAnchor(base, trail, fileOf);
    if (patched !== undefined) return patched;
  }
  return {
    uri: leaf.uri,
    locate(file) {
      const now = sameResource(file, resource);
      if (now === undefined) return headOfFile(file);
      return now.locate(follow(now.root, trail).range);
    },
  };
}

/** What a resource is called: patches repeat it to say what they are about, and what is about the whole stands there. */
function isIdentity({ steps }: Trail): boolean {
  const path = steps.map(({ step }) => step).join(".");
  return ["apiVersion", "kind", "metadata", "metadata.name", "metadata.namespace"].includes(path);
}

/** Whether a written value is what was built; of lists and maps it is enough that there is one. */
function isSame(written: Node | undefined, built: Node): boolean {
  if (written?.kind !== "scalar") return written?.kind === built.kind;
  return built.kind === "scalar" && written.source === built.source;
}

function finalName(name: string, layers: readonly Layer[]): string {
  const prefix = layers.map((layer) => layer.prefix).join("");
  const suffix = layers.map((layer) => layer.suffix).reverse();
  return `${prefix}${name}${suffix.join("")}`;
}

/** A resource as it is now. */
function sameResource(file: SourceFile, before: Resource): Resource | undefined {
  const same = file.documents
    .flatMap((document) => resourcesOf(document))
    .filter((other) => other.type === before.type && other.name === before.name);
  return same.includes(before) ? before : mostLike(same, ({ root }) => likeness(root, before.root));
}

/** The one that has the last word first (kustomize api/internal/target/kusttarget_configplugin.go, in reverse). */
const PATCH_FIELDS = ["replicas", "patchesJson6902", "patches", "patchesStrategicMerge"] as const;

/** The last patch that says something about the place. */
function patchAnchor({ resource, leaf }: Base, trail: Trail, fileOf: FileOf): Anchor | undefined {
  const path = namedPath(trail);
  for (const layer of leaf.layers) {
    for (const field of PATCH_FIELDS) {
      for (const [i, item] of [...itemsOf(nodeAt(layer.root, field)).entries()].reverse()) {
        const read = (uri: string) => fileOf(uri)?.text;
        const patches = patchesOf(only(layer.root, field, item), layer.folder, read);
        if (!patches.some((patch) => patch.appliesTo(resource) && patch.touches(path))) continue;
        const file = patches.find((patch) => patch.file !== undefined)?.file;
        if (file === undefined) return inlineAnchor(layer, field, i);
        if (fileOf(file) !== undefined) return patchFileAnchor(file, resource, trail);
      }
    }
  }
  return undefined;
}

/** A kustomization with one patch alone. */
function only(root: Node, field: string, item: Node): MapNode | undefined {
  const entry = entryOf(root, field);
  if (root.kind !== "map" || entry?.value.kind !== "seq") return undefined;
  return { ...root, entries: [{ ...entry, value: { ...entry.value, items: [item] } }] };
}

/** A patch written inside a kustomization. */
function inlineAnchor(layer: Layer, field: (typeof PATCH_FIELDS)[number], index: number): Anchor {
  return {
    uri: layer.file,
    locate(file) {
      const [document] = file.documents;
      const item = itemsOf(nodeAt(document && treeOf(document), field))[index];
      if (document === undefined || item === undefined) return headOfFile(file);
      const entry = entryOf(item, field === "replicas" ? "count" : "patch");
      const range = field === "replicas" ? entry?.value.range : entry?.key.range;
      return { document, range: range ?? firstLine(item, document.text) };
    },
  };
}

function firstLine({ range }: Node, text: string): Location["range"] {
  const line = text.indexOf("\n", range.start);
  return { start: range.start, end: line < 0 || line > range.end ? range.end : line };
}

function patchFileAnchor(uri: string, target: Resource, trail: Trail): Anchor {
  return {
    uri,
    locate(file) {
      const places = file.documents.flatMap((document) => {
        const root = treeOf(document);
        if (root === undefined) return [];
        const arrival = root.kind === "seq" ? operationAt(root, trail) : mergeAt(root, target, trail);
        return arrival === undefined ? [] : [{ document, arrival }];
      });
      const best = mostLike(places, ({ arrival }) => (arrival.node === undefined ? 0 : 1));
      return best === undefined ? headOfFile(file) : { document: best.document, range: best.arrival.range };
    },
  };
}

function mergeAt(root: Node, target: Resource, trail: Trail): Arrival | undefined {
  const kind = stringOf(nodeAt(root, "kind"));
  return kind === undefined || kind === target.kind ? follow(root, trail) : undefined;
}

/** The operation of a JSON patch whose path holds the place, or lies below it. */
function operationAt(root: Node, trail: Trail): Arrival | undefined {
  const wanted = trail.steps.map(({ step }) => String(step));
  const operation = itemsOf(root).findLast((item) => {
    const pointer = (stringOf(nodeAt(item, "path")) ?? "").split("/").slice(1);
    const tokens = pointer.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
    return wanted.every((step, i) => i >= tokens.length || tokens[i] === step || tokens[i] === "-");
  });
  const value = present(nodeAt(operation, "value"));
  const node = value?.kind === "scalar" ? value : nodeAt(operation, "path");
  return node === undefined ? undefined : { node, range: node.range };
}
