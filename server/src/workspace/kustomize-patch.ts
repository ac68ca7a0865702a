import {
  entryOf,
  itemsOf,
  type Node,
  nodeAt,
  type Path,
  present,
  type Step,
  steps,
  stringOf,
} from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";
import type { Resource } from "../model/resource.ts";
import { splitDocuments } from "../model/split.ts";
import { resolve } from "./uri.ts";

/** A change that a kustomization makes to resources it builds. */
export interface Patch {
  /** The file it stands in; undefined when it is written inside the kustomization. */
  readonly file: string | undefined;
  appliesTo(resource: Resource): boolean;
  /** Whether it may decide the value at this path. A string step into a list names an item: `containers`, `web`. */
  touches(path: Path): boolean;
}

/** The `target` of a patch: each field a regular expression anchored at both ends, as in kustomize's `types.Selector`. */
interface Target {
  readonly kind: string | undefined;
  readonly name: string | undefined;
}

/** Every patch of a kustomization: `patches`, `patchesStrategicMerge`, `patchesJson6902` and `replicas`. */
export function patchesOf(
  root: Node | undefined,
  folder: string,
  read: (uri: string) => string | undefined,
): Patch[] {
  return [
    ...itemsOf(nodeAt(root, "patches")).flatMap((item) => fromItem(item, folder, read)),
    ...itemsOf(nodeAt(root, "patchesJson6902")).flatMap((item) => fromItem(item, folder, read)),
    ...itemsOf(nodeAt(root, "patchesStrategicMerge")).flatMap((item) =>
      fromText(stringOf(item), folder, read),
    ),
    ...itemsOf(nodeAt(root, "replicas")).map(scalePatch),
  ];
}

function fromItem(item: Node, folder: string, read: (uri: string) => string | undefined): Patch[] {
  const selector = present(nodeAt(item, "target"));
  const target: Target | undefined =
    selector === undefined
      ? undefined
      : { kind: stringOf(nodeAt(selector, "kind")), name: stringOf(nodeAt(selector, "name")) };
  const inline = stringOf(nodeAt(item, "patch"));
  if (inline !== undefined) return patchDocuments(inline, undefined, target);
  const path = stringOf(nodeAt(item, "path"));
  if (path === undefined) return [];
  const file = resolve(folder, path);
  return patchDocuments(read(file) ?? "", file, target);
}

/** An entry of patchesStrategicMerge is a path, or the patch itself. */
function fromText(
  entry: string | undefined,
  folder: string,
  read: (uri: string) => string | undefined,
): Patch[] {
  if (entry === undefined) return [];
  if (entry.includes("\n")) return patchDocuments(entry, undefined, undefined);
  const file = resolve(folder, entry);
  return patchDocuments(read(file) ?? "", file, undefined);
}

function patchDocuments(text: string, file: string | undefined, target: Target | undefined): Patch[] {
  return splitDocuments(text).flatMap((range) => {
    const root = parseDocument(text.slice(range.start, range.end)).root;
    if (root === undefined)
      return file === undefined ? [] : [{ file, appliesTo: () => false, touches: () => false }];
    const own: Target = {
      kind: stringOf(nodeAt(root, "kind")),
      name: stringOf(nodeAt(root, "metadata.name")),
    };
    return [
      {
        file,
        appliesTo: (resource) => isTarget(target ?? own, resource, target !== undefined),
        touches: toucher(root),
      },
    ];
  });
}

function scalePatch(item: Node): Patch {
  const name = stringOf(nodeAt(item, "name"));
  return {
    file: undefined,
    appliesTo: (resource) => resource.name === name,
    touches: (path) => steps(path).join(".") === "spec.replicas",
  };
}

/** Whether a target is this resource; with `pattern` its fields are expressions, and one that is absent is any. */
export function isTarget(target: Target, resource: Resource, pattern: boolean): boolean {
  return (
    agrees(target.kind, resource.kind, pattern) &&
    (resource.name === undefined || agrees(target.name, resource.name, pattern))
  );
}

function agrees(wanted: string | undefined, actual: string, pattern: boolean): boolean {
  if (wanted === undefined) return pattern;
  return wanted === actual || (pattern && mayMatch(wanted.replace(/^\^|\$$/g, ""), actual));
}

/**
 * Names and kinds in use are words, alternatives and `.*`. Anything beyond that counts as a match: the pattern
 * comes from the workspace, and running it could take for ever.
 */
function mayMatch(pattern: string, actual: string): boolean {
  if (/[()[\]{}+?\\^$]/.test(pattern) || pattern.split("*").length > 4) return true;
  return pattern.split("|").some((alternative) => {
    const source = alternative
      .split(".*")
      .map((literal) => literal.replace(/[.*]/g, "[$&]"))
      .join(".*");
    return new RegExp(`^${source}$`).test(actual);
  });
}

/** A list of operations is RFC 6902; anything else a strategic merge whose written paths count. */
function toucher(root: Node): (path: Path) => boolean {
  if (root.kind === "seq") {
    const pointers = root.items.flatMap((operation) => stringOf(nodeAt(operation, "path")) ?? []);
    return (path) => pointers.some((pointer) => overlapsPointer(steps(path), pointer.split("/").slice(1)));
  }
  return (path) => isWritten(root, steps(path));
}

/** Whether one is at or below the other. An index in the pointer may stand for any item: order is the base's. */
export function overlapsPointer(path: readonly Step[], pointer: readonly string[]): boolean {
  const shared = Math.min(path.length, pointer.length);
  for (let i = 0; i < shared; i++) {
    const token = (pointer[i] ?? "").replaceAll("~1", "/").replaceAll("~0", "~");
    if (token !== String(path[i]) && !/^(?:\d+|-)$/.test(token)) return false;
  }
  return true;
}

/** Whether a strategic merge says something at the path; an explicit null removes what was there. */
function isWritten(node: Node, path: readonly Step[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  if (node.kind === "seq") {
    const named = node.items.filter(
      (item) => nodeAt(item, "$patch") !== undefined || stringOf(nodeAt(item, "name")) === String(step),
    );
    return named.some((item) => isWritten(item, rest) || nodeAt(item, "$patch") !== undefined);
  }
  const entry = entryOf(node, String(step));
  if (entry === undefined) return nodeAt(node, "$patch") !== undefined;
  return present(entry.value) === undefined || isWritten(entry.value, rest);
}
