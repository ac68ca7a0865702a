import { type Message, t } from "../../../model/message.ts";
import type { Failure, Outcome } from "../cluster.ts";

/** What is known of something. A failed read is unknown: never none, never zero, never all right. */
export type Read<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly why: Message };

export function known<T>(value: T): Read<T> {
  return { known: true, value };
}

export function unknown(why: Message): { readonly known: false; readonly why: Message } {
  return { known: false, why };
}

/** The value, or undefined where it is unknown: for those that treat both alike on purpose. */
export function valueIfKnown<T>(read: Read<T>): T | undefined {
  return read.known ? read.value : undefined;
}

export function mapRead<A, B>(read: Read<A>, change: (value: A) => B): Read<B> {
  return read.known ? known(change(read.value)) : read;
}

/** What a request brought. */
export function readOf<T>(outcome: Outcome<T>, what: string): Read<T> {
  return outcome.ok ? known(outcome.value) : unknown(explain(outcome.failure, what));
}

/** The same of a list: a type that the cluster does not know has no objects. */
export function readList<T>(outcome: Outcome<readonly T[]>, what: string): Read<readonly T[]> {
  return !outcome.ok && outcome.failure.kind === "notServed" ? known([]) : readOf(outcome, what);
}

/** The same of one object, which may be missing. */
export function readObject<T>(outcome: Outcome<T>, what: string): Read<T | undefined> {
  const isMissing =
    !outcome.ok && (outcome.failure.kind === "notServed" || outcome.failure.kind === "notFound");
  return isMissing ? known(undefined) : readOf(outcome, what);
}

/** What failed, what it means, what to do. */
export function explain(failure: Failure, what: string): Message {
  // It stands within a sentence.
  const values = { what, reason: failure.message.replace(/\.$/, "") };
  switch (failure.kind) {
    case "unauthorized":
      return t(
        "{what} could not be read: the cluster does not accept the credentials any more ({reason}). Sign in again.",
        values,
      );
    case "forbidden":
      return t(
        "{what} could not be read: you have no permission ({reason}). Ask for it, or use another context.",
        values,
      );
    case "notFound":
    case "notServed":
      return t("{what} does not exist in this cluster ({reason}).", values);
    case "conflict":
      return t("{what}: somebody else changed it in the meantime ({reason}).", values);
    case "invalid":
      return t("{what}: the cluster refused the request ({reason}).", values);
    case "throttled":
      return t(
        "{what} could not be read: the cluster has too much to do ({reason}). It is tried again.",
        values,
      );
    case "unreachable":
    case "unclear":
      return t(
        "{what} could not be read: the cluster did not answer ({reason}). Check the connection.",
        values,
      );
    case "cancelled":
      return t("{what} was not read: it was cancelled.", values);
  }
}
