import { SourceFile } from "../model/document.ts";
import { nodeAt, stringOf } from "../model/node.ts";
import { parseDocument } from "../model/parse.ts";
import type { Resource } from "../model/resource.ts";

/** The first resource of a text, whatever its kind. For tests of what needs no workspace. */
export function resourceIn(text: string): Resource {
  const kind = stringOf(nodeAt(parseDocument(text).root, "kind")) ?? "";
  const resource = new SourceFile("file:///w/a.yaml", text, new Set([kind])).documents[0]?.resources[0];
  if (resource === undefined) throw new Error("no resource in this text");
  return resource;
}
