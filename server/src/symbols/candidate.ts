import type { Resource } from "../model/resource.ts";

/** A name that may be meant at a place. */
export interface Candidate {
  /** What is written. Of a label where the whole of it is to be written: its key. */
  readonly name: string;
  /** The value that is written behind the key. */
  readonly value?: string;
  /** A number is written without quotes. */
  readonly isNumber?: boolean;
  /** What bears the name, for people: `Service · shop`. */
  readonly detail: string;
  /** Not deployed together with the place where it is offered. */
  readonly isFar: boolean;
}

/** A resource as the origin of a candidate. */
export function detailOf({ kind, name }: Resource): string {
  return name === undefined ? kind : `${kind} ${name}`;
}
