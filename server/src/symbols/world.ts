import type { SourceFile } from "../model/document.ts";
import type { Snapshot } from "../workspace/snapshot.ts";

/** What the search for names sees: a view of the workspace that holds until it changes. */
export interface World {
  readonly snapshot: Snapshot;
  files(): Iterable<SourceFile>;
}

/** `meshConfig.rootNamespace` unless the mesh says otherwise. */
export const ROOT_NAMESPACE = "istio-system";
