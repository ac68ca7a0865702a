import type { Resource } from "../model/resource.ts";

/** A name that may be meant at a place. */
export interface Candidate {
  /** What is written. Of a label where the whole of it is to be written: its key. */
  readonly name: string;
  /** The value that is written behind the key. */
  readonly value?: string;
  /** A number is written without quotes. */
  readonly isNumber?: boolean;
  /** Whose name it is, or who has the label. */
  readonly owner: Resource;
}
