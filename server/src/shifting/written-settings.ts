import { pathToFileURL } from "node:url";
import { configsAbove } from "../files/project-root.ts";
import { readManifest } from "../files/read.ts";
import { SourceFile } from "../model/document.ts";
import { entriesOf, itemsOf, type Node, nodeAt, stringOf } from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";

/** What the nearest `.nines.yaml` says about shifts. */
export interface ShiftSettings {
  /** As written; read like a plan's. */
  readonly gates: Readonly<Record<string, unknown>>;
  /** Globs; undefined where it says nothing. */
  readonly productionContexts: readonly string[] | undefined;
}

/** Reads them. A file that cannot be read says nothing; `nines check` reports what is wrong in it. */
export function shiftSettings(folder: string): ShiftSettings {
  const [path] = configsAbove(folder);
  const outcome = path === undefined ? undefined : readManifest(path, true);
  const text = outcome !== undefined && "text" in outcome ? outcome.text : "";
  const [first] = new SourceFile(pathToFileURL(path ?? folder).href, text, new Set()).documents;
  const shift = nodeAt(parseDocument(first?.text ?? "").root, "shift");
  const contexts = itemsOf(nodeAt(shift, "productionContexts")).flatMap((item) => stringOf(item) ?? []);
  return {
    gates: valuesOf(nodeAt(shift, "gates")),
    productionContexts: contexts.length === 0 ? undefined : contexts,
  };
}

/** The scalars of a map, by key. */
export function valuesOf(node: Node | undefined): Record<string, unknown> {
  return Object.fromEntries(
    entriesOf(node).map(({ key, value }) => [
      key.source,
      stringOf(value) ?? (value.kind === "scalar" ? value.value : "?"),
    ]),
  );
}
