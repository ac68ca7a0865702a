import { itemsOf, type Node, nodeAt, present, steps, stringOf } from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";
import { isTarget, overlapsPointer, type Patch } from "./kustomize-patch.ts";
import { resolve } from "./uri.ts";

/**
 * What the `replacements` of a kustomization decide: values that the build copies from one resource into fields of
 * others (kustomize api/types/replacement.go). Each is written there or in a file of its own, alone or in a list.
 */
export function replacementsOf(
  root: Node | undefined,
  folder: string,
  read: (uri: string) => string | undefined,
): Patch[] {
  return itemsOf(nodeAt(root, "replacements")).flatMap((item) => {
    const path = stringOf(nodeAt(item, "path"));
    if (path === undefined) return targetsOf(item, undefined);
    const file = resolve(folder, path);
    const content = parseDocument(read(file) ?? "").root;
    const found = (content?.kind === "seq" ? content.items : content === undefined ? [] : [content]).flatMap(
      (each) => targetsOf(each, file),
    );
    return found.length > 0 ? found : [{ file, appliesTo: () => false, touches: () => false }];
  });
}

function targetsOf(replacement: Node, file: string | undefined): Patch[] {
  return itemsOf(nodeAt(replacement, "targets")).map((target): Patch => {
    const select = present(nodeAt(target, "select"));
    const wanted = { kind: stringOf(nodeAt(select, "kind")), name: stringOf(nodeAt(select, "name")) };
    const fields = itemsOf(nodeAt(target, "fieldPaths")).flatMap((field) => stringOf(field) ?? []);
    const pointers = fields.map(pointerOf);
    return {
      file,
      appliesTo: (resource) => isTarget(wanted, resource, true),
      touches: (path) => pointers.some((pointer) => overlapsPointer(steps(path), pointer)),
    };
  });
}

/** `spec.template.spec.containers.[name=web].image`; any item may be meant by an index, a `*` or another field. */
function pointerOf(fieldPath: string): string[] {
  const tokens = fieldPath.match(/\[[^\]]*\]|(?:\\.|[^.\\[])+/g) ?? [];
  return tokens.map((token) => {
    const name = /^\[name=(.*)\]$/.exec(token)?.[1];
    if (name !== undefined) return name;
    return token === "*" || token.startsWith("[") ? "-" : token.replaceAll("\\.", ".");
  });
}
