import type { Resource } from "../model/resource.ts";
import type { Beyond } from "./beyond.ts";
import type { IndexName } from "./indexes.ts";
import type { Layout } from "./layout.ts";

/** The world beyond the manifests, as `.nines.yaml` states it. Undefined: nobody said. */
export interface Topology {
  readonly nodes: number | undefined;
  readonly zones: readonly string[] | undefined;
  readonly sites: readonly string[] | undefined;
}

/**
 * What a rule may ask about the rest of the workspace. Every question is recorded, so that an edit re-validates
 * exactly the documents whose answers may have changed. Answers come in a stable order (file, then position).
 */
export interface Snapshot {
  /** False while the workspace is still being indexed: then nothing may be called missing. */
  readonly complete: boolean;
  /** Which documents belong together. */
  readonly layout: Layout;
  /** The resources filed under a key of an index. */
  find(index: IndexName, key: string): readonly Resource[];
  /**
   * The value of a pure function of a resource and the snapshot, computed once until the workspace changes. `key`
   * names the function; what it asks is recorded here too. For answers that many rules or resources need.
   */
  derive<T>(resource: Resource, key: string, compute: (snapshot: Snapshot) => T): T;
  /** What a connected cluster has besides, for `seenBeyond`; undefined where none is connected. */
  readonly beyond?: Pick<Beyond, "name" | "namespace" | "look"> | undefined;
}
