import type { Node, Step } from "../model/node.ts";
import type { Range } from "../model/range.ts";
import type { Resource } from "../model/resource.ts";
import type { Selector } from "../model/selector.ts";
import type { Sort, UseSite } from "./targets.ts";
import type { Written } from "./written.ts";

/** A place where a name stands: where it is given, or where it is used. */
export type Mention = Definition | Use;

interface Common extends Written {
  readonly resource: Resource;
  /** Steps from the resource to the name; of a label to its value. */
  readonly path: readonly Step[];
  /** Of a label: its key, where `text` is its value. */
  readonly key: Written | undefined;
}

/** Where a name is given. */
export interface Definition extends Common {
  readonly role: "definition";
  readonly sort: Sort;
  /** Type (`group/Kind`) of what is named, or of the resource it belongs to. */
  readonly type: string;
  /** What is named, as a whole. */
  readonly whole: Range;
}

/** Where a name is used. */
export interface Use extends Common {
  readonly role: "use";
  readonly site: UseSite;
  /** Of a label: everything its selector asks for; undefined when that is unreadable. */
  readonly selector: Selector | undefined;
  /** A selector that asks for the key alone (`Exists`): `text` is the key. */
  readonly keyOnly: boolean;
}

/** What the two kinds of mentions are found from: a node and the way to it. */
export interface Found {
  readonly resource: Resource;
  readonly path: readonly Step[];
  readonly node: Node;
}
