import type { Config } from "../config/config.ts";
import type { DocumentEdit } from "../fixes/edit.ts";
import type { SourceFile } from "../model/document.ts";
import type { Message } from "../model/message.ts";
import type { Range } from "../model/range.ts";
import type { Resource } from "../model/resource.ts";
import type { Rule } from "../rules/rule.ts";
import type { Snapshot } from "../workspace/snapshot.ts";

/** A rewrite that is no fix of a finding: one the user asks for. One file and one line of the registry each. */
export interface Refactoring {
  /** Stable: what the editor sends back when an offer is taken. */
  readonly id: string;
  /** What it is offered on, as `group/Kind`. */
  readonly types: readonly string[];
  /** What it would do at a place: nothing where that is done already, or where nobody can foresee the outcome. */
  offer(place: Place, world: World): Offer | undefined;
}

/** Where the user asks. */
export interface Place {
  readonly resource: Resource;
  /** Offset in the resource's document. */
  readonly offset: number;
}

/** What a refactoring may know. */
export interface World {
  readonly snapshot: Snapshot;
  readonly rules: readonly Rule[];
  /** The configuration that counts for a file. */
  configFor(uri: string): Config;
}

/** A workspace in which other texts can be tried out; whoever gives it puts everything back afterwards. */
export interface Trial {
  /** The file as it is with what was tried so far. */
  file(uri: string): SourceFile | undefined;
  change(uri: string, text: string): void;
  /** Good until the next change. */
  snapshot(): Snapshot;
}

/** Something the user may take. */
export interface Offer {
  readonly title: Message;
  /** What changes, made when the user takes it; without changes when there is nothing to do after all. */
  rewrite(trial: Trial): Rewrite;
}

/** Changes of one or more files, to be reviewed by part. */
export interface Rewrite {
  readonly parts: readonly Part[];
  /** They do not overlap; those at one place of a file are in their order. */
  readonly changes: readonly Change[];
}

/** Changes that belong together: taken or left as one. */
export interface Part {
  /** What each step of it does, in the order in which they were made. */
  readonly titles: readonly Message[];
  /** What the user has to decide before it is made; undefined: it is safe. */
  readonly question: Message | undefined;
}

/** A replacement in a file; the range counts from the file's start. */
export interface Change {
  readonly uri: string;
  readonly range: Range;
  readonly newText: string;
  /** Position of its part in `Rewrite.parts`. */
  readonly part: number;
}

/** A rewrite that is taken or left as a whole. It is shown before it is made where there is a question. */
export function wholeRewrite(
  title: Message,
  edits: readonly DocumentEdit[],
  question: Message | undefined,
): Rewrite {
  return {
    parts: [{ titles: [title], question }],
    changes: edits.map(({ document, range, newText }) => ({
      uri: document.uri,
      range: document.inFile(range),
      newText,
      part: 0,
    })),
  };
}
