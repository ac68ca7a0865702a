import type { SourceDocument, SourceFile } from "../model/document.ts";
import { type Node, nodeAt, stringOf } from "../model/node.ts";
import { resolve } from "../workspace/uri.ts";
import { type Anchor, headOf, headOfFile } from "./anchor.ts";
import { follow, likeness, mostLike, type Trail } from "./trail.ts";
import { treeOf } from "./tree.ts";

/** URI of the template that `# Source: chart/templates/web.yaml` names, in the chart of this folder. */
export function templateUri(folder: string, source: string): string {
  return resolve(folder, source.slice(source.indexOf("/") + 1));
}

/**
 * The place in a template that a place of what it rendered comes from. `ordinal`: how many documents of the same
 * kind the template rendered before this one.
 */
export function templateAnchor(uri: string, rendered: Node, ordinal: number, trail: Trail): Anchor {
  return {
    uri,
    locate(file) {
      const document = documentLike(file, rendered, ordinal);
      const root = document === undefined ? undefined : treeOf(document);
      if (document === undefined || root === undefined) return headOfFile(file);
      const { range } = follow(root, trail);
      return range.start === range.end ? headOf(document) : { document, range };
    },
  };
}

/** The document of a template that a rendered one was most likely made from. */
function documentLike(file: SourceFile, rendered: Node, ordinal: number): SourceDocument | undefined {
  const candidates = file.documents
    .flatMap((document) => {
      const root = treeOf(document);
      return root?.kind === "map" && root.entries.length > 0 && agrees(root, rendered, ["kind"])
        ? [{ document, root, points: likeness(root, rendered) }]
        : [];
    })
    .map((candidate, i) => ({ ...candidate, distance: Math.abs(i - ordinal) }))
    .filter(({ root }) => agrees(root, rendered, ["metadata", "name"]));
  const most = Math.max(...candidates.map(({ points }) => points));
  const best = candidates.filter(({ points }) => points === most);
  return mostLike(best, ({ distance }) => -distance)?.document;
}

/** Whether what is written at a path may become what was rendered there. */
function agrees(written: Node, rendered: Node, path: readonly string[]): boolean {
  const text = stringOf(nodeAt(written, path));
  return text === undefined || text === stringOf(nodeAt(rendered, path));
}
