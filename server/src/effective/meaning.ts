import type { Message } from "../model/message.ts";
import type { Range } from "../model/range.ts";
import type { Resource } from "../model/resource.ts";
import type { Snapshot, Topology } from "../workspace/snapshot.ts";
import type { Place } from "./place.ts";

/** What a place of a manifest means in the end: after defaulting, rounding, and what other resources decide. */
export interface Meaning {
  /** What it is about; hovering over it shows the details. Counts from the document's start. */
  readonly range: Range;
  /** Where a hint stands, as an offset in the document: behind the value, or behind the key of a block. */
  readonly at: number;
  /** What counts, in a few words; undefined where there is nothing to say in so few. */
  readonly label: Message | undefined;
  /** The same in more words, where there is room. */
  readonly longLabel: Message | undefined;
  /** The manifest says as much itself, so that a terse view may leave the label out. */
  readonly plain: boolean;
  /** Complete sentences, the most important one first. */
  readonly details: readonly Message[];
}

/** What a meaning depends on beyond the resource itself. */
export interface World {
  readonly snapshot: Snapshot;
  readonly topology: Topology;
}

/** Says what places of a resource mean. */
export type Reader = (resource: Resource, world: World) => readonly Meaning[];

/** How to label a meaning; without one, only hovering tells it. */
export interface Labels {
  readonly short?: Message;
  readonly long?: Message;
  /** See `Meaning.plain`. */
  readonly plain?: boolean;
}

/** A label of figures and names only, which is the same in every language. */
export function figures(text: string): Message {
  return { text: "{figures}", values: { figures: text } };
}

/** The meaning of a place; none where nothing is written there. */
export function meaning(
  place: Place | undefined,
  details: readonly (Message | undefined)[],
  { short, long, plain = false }: Labels = {},
): readonly Meaning[] {
  const said = details.filter((detail) => detail !== undefined);
  if (place === undefined || said.length === 0) return [];
  const { range, at } = place;
  return [{ range, at, label: short, longLabel: long, plain, details: said }];
}
