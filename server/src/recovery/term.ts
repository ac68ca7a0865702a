import { type Message, t } from "../model/message.ts";
import { type Field, type Node, valueOr } from "../model/node.ts";
import type { Location, Resource } from "../model/resource.ts";
import { type Estimate, exactly, inSequence, UNKNOWN } from "./estimate.ts";

/** Where a number comes from. */
export type Origin =
  /** Somebody wrote it: the plan, or a manifest that it refers to. */
  | { readonly kind: "declared"; readonly at: Location }
  /** A drill or a measurement has shown it. */
  | { readonly kind: "measured"; readonly at: Location }
  /** Nobody wrote it, and the program that reads it has this default; `reason` names the program. */
  | { readonly kind: "default"; readonly reason: Message }
  /** Nobody says it; Nines takes a usual value, and says so. */
  | { readonly kind: "assumed"; readonly reason: Message }
  /** Nobody says it, and no value would be more than a guess. */
  | { readonly kind: "unknown"; readonly reason: Message; readonly at: Location | undefined }
  /** It follows from its parts. */
  | { readonly kind: "parts" };

/** What an input is, for those who look for what could be improved. */
export type TermId =
  | "detection"
  | "decision"
  | "step"
  | "ttl"
  | "health"
  | "controller"
  | "slack"
  | "propagation"
  | "promotion"
  | "restore"
  | "probe"
  | "grace"
  | "start"
  | "eviction"
  | "interval"
  | "run"
  | "copy"
  | "lag";

/** A part of a time, with what it is made of. */
export interface Term {
  readonly id: TermId;
  readonly name: Message;
  readonly estimate: Estimate;
  readonly origin: Origin;
  readonly parts: readonly Term[];
}

/** A name of the plan as it is written. */
export function named(name: string): Message {
  return { text: "{name}", values: { name } };
}

/** A term that follows from its parts, one after the other. */
export function sum(id: TermId, name: Message, parts: readonly Term[]): Term {
  const estimate = inSequence(parts.map((part) => part.estimate));
  return { id, name, estimate, origin: { kind: "parts" }, parts };
}

/** The same term under another name. */
export function replaceName(term: Term, name: Message): Term {
  return { ...term, name };
}

/** What counts when a field is absent. */
export interface Fallback {
  readonly kind: "default" | "assumed" | "unknown";
  readonly estimate: Estimate;
  readonly reason: Message;
}

/** Fallback of a field without which nothing can be said. */
export function unknown(reason: Message): Fallback {
  return { kind: "unknown", estimate: UNKNOWN, reason };
}

/** Where a field would have to be written. */
export interface Around {
  readonly resource: Resource;
  readonly node: Node | undefined;
}

/** A term that is one input. */
export function leaf(id: TermId, name: Message, estimate: Estimate, origin: Origin): Term {
  return { id, name, estimate, origin, parts: [] };
}

/**
 * The term of a field: its value, what counts when it is absent, or unknown when a template decides it or it is no
 * duration. `read` makes the estimate of the seconds; negative ones count as unknown.
 */
export function fieldTerm(
  id: TermId,
  name: Message,
  value: Field<number>,
  { resource, node }: Around,
  fallback: Fallback,
  read: (seconds: number) => Estimate = exactly,
): Term {
  const known = value.state === "known" && value.value >= 0;
  if (known) return leaf(id, name, read(value.value), { kind: "declared", at: resource.locate(value.node) });
  const at = value.state === "absent" ? node : value.node;
  const place = at === undefined ? undefined : resource.locate(at);
  if (value.state !== "absent" || fallback.kind === "unknown") {
    const reason = value.state === "absent" ? fallback.reason : UNREADABLE;
    return leaf(id, name, UNKNOWN, { kind: "unknown", reason, at: place });
  }
  return leaf(id, name, fallback.estimate, { kind: fallback.kind, reason: fallback.reason });
}

const UNREADABLE = t(
  "What is written is no time that can be counted: a template decides it, it is negative, or it has no unit such as s, m or h.",
);

/** The inputs of terms: those without parts, in order. */
export function leavesOf(terms: readonly Term[]): readonly Term[] {
  return terms.flatMap((term) => (term.parts.length === 0 ? [term] : leavesOf(term.parts)));
}

/** A term with some of its inputs replaced; times are added up again. */
export function replaceLeaves(term: Term, replace: (leaf: Term) => Term): Term {
  if (term.parts.length === 0) return replace(term);
  return sum(
    term.id,
    term.name,
    term.parts.map((part) => replaceLeaves(part, replace)),
  );
}

/** The whole number of a field or its default; undefined when unknown. */
export function countOf(value: Field<number>, fallback: number): number | undefined {
  const count = valueOr(value, fallback);
  return count === undefined || count < 0 ? undefined : count;
}
