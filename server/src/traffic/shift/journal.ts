import type { Message } from "../../model/message.ts";
import type { ObjectRef } from "./cluster.ts";
import type { ShiftRequest } from "./intent.ts";
import { at, listOf, numberAt, recordOf, textAt } from "./json.ts";
import type { Leg } from "./leg.ts";
import type { Control } from "./state.ts";
import type { Step } from "./steps/step.ts";
import type { Thresholds } from "./thresholds.ts";

/**
 * What is on disk from before the first write on: everything that going on or going back needs after a crash, and
 * nothing secret. Objects are kept as goals and hashes, never as they are.
 */
export interface Journal {
  readonly version: 1;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly request: ShiftRequest;
  readonly thresholds: Thresholds;
  readonly members: readonly JournalMember[];
  readonly steps: readonly Step[];
  readonly control: Control;
  readonly log: readonly LogEntry[];
  /** A drill: when its fault was seen to be in place, in milliseconds since 1970. */
  readonly failedSince?: number;
}

/** An object of the shift. */
export interface JournalMember {
  readonly context: string;
  readonly server: string;
  readonly user: string | null;
  readonly ref: ObjectRef;
  readonly uid: string | null;
  /** SHA-256 of the canonical spec before the shift. */
  readonly snapshot: string;
  /** The same of the spec that the write of a step was to leave; null before the first. */
  readonly expected: Expected | null;
  /** Whether it was brought back and looked at. */
  readonly restored: boolean;
  readonly baseline: readonly BaselineSide[];
}

/** What a write was to leave. */
export interface Expected {
  readonly step: number;
  readonly hash: string;
}

/** A destination as it was before the shift: what it carried then, it can carry again. */
export interface BaselineSide {
  readonly leg: Leg;
  /** From 0 to 1. */
  readonly share: number;
  readonly ready: number | null;
  readonly perPod: number | null;
  /** Requests per second by header routes, and of the whole weighted route. */
  readonly pinned: number | null;
  readonly weighted: number | null;
  /** Failures per second on the way to it. */
  readonly sourceFailures: number | null;
}

/** Something that happened. */
export interface LogEntry {
  readonly at: number;
  readonly message: Message;
}

/** Where journals are kept. The engine is pure: whoever runs it passes one in. */
export interface JournalStore {
  /**
   * Creates a journal and takes the lock of its objects. Resolves once both are on disk. Fails with the journal that
   * holds one of the objects already, or with a reason.
   */
  create(journal: Journal): Promise<Created>;
  /** Replaces it; resolves once it is on disk, and rejects when it could not be written. */
  save(journal: Journal): Promise<void>;
  /** Gives the lock up. The journal stays, for those who want to know what was done. */
  release(id: string): Promise<void>;
  /** Removes the journal of a shift in which nothing was written. */
  discard(id: string): Promise<void>;
}

export type Created =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: "busy"; readonly other: Journal }
  | { readonly ok: false; readonly reason: "failed"; readonly message: string };

/** The journal as text. */
export function writeJournal(journal: Journal): string {
  return `${JSON.stringify(journal, null, 1)}\n`;
}

/** Reads a journal; undefined when it is none of this version or damaged. */
export function readJournal(text: string): Journal | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isJournal(value) ? value : undefined;
}

/** The file is our own and private (0600); this tells a damaged or newer one from a good one. */
function isJournal(value: unknown): value is Journal {
  const members = listOf(at(value, "members"));
  const steps = listOf(at(value, "steps"));
  return (
    at(value, "version") === 1 &&
    /^[\w-]{1,80}$/.test(textAt(value, "id") ?? "") &&
    numberAt(value, "createdAt") !== undefined &&
    recordOf(at(value, "request")) !== undefined &&
    recordOf(at(value, "thresholds")) !== undefined &&
    members.length > 0 &&
    members.every(
      (member) => textAt(member, "context") !== undefined && textAt(member, "ref", "name") !== undefined,
    ) &&
    steps.length > 0 &&
    steps.every(
      (step) =>
        textAt(step, "goal", "kind") !== undefined && members[numberAt(step, "member") ?? -1] !== undefined,
    ) &&
    textAt(value, "control", "phase") !== undefined &&
    numberAt(value, "control", "steps") === steps.length &&
    numberAt(value, "control", "written") !== undefined &&
    Array.isArray(at(value, "log"))
  );
}
