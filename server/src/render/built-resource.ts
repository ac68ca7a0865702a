import type { SourceDocument } from "../model/document.ts";
import type { MapNode } from "../model/node.ts";
import { Resource } from "../model/resource.ts";
import { treeOf } from "./tree.ts";

/** What a resource is called. */
export type Identity = Pick<Resource, "apiVersion" | "kind" | "namespace" | "name">;

/** The identity of a resource, without its text. */
export function identityOf({ apiVersion, kind, namespace, name }: Resource): Identity {
  return { apiVersion, kind, namespace, name };
}

/** A resource as the source has it that it is made from, under the name that it has in the end. */
export class BuiltResource extends Resource {
  override readonly name: string | undefined;
  override readonly namespace: string | undefined;

  constructor(document: SourceDocument, { apiVersion, kind, namespace, name }: Identity) {
    const root = treeOf(document);
    super(document, root?.kind === "map" ? root : NOTHING, apiVersion, kind);
    this.name = name;
    this.namespace = namespace;
  }
}

const NOTHING: MapNode = { kind: "map", range: { start: 0, end: 0 }, flow: false, entries: [] };
