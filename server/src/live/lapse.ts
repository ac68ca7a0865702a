import type { Failure, Outcome } from "../traffic/shift/cluster.ts";

/** Something of a cluster that could not be read when it was last tried. */
export interface Lapse {
  /** When it was read last, in milliseconds since 1970; undefined where it never was. */
  readonly since: number | undefined;
  readonly failure: Failure;
}

/** Answers that stay the same however often one asks: what is not served has no objects, what is refused is not known. */
const LASTING: readonly Failure["kind"][] = ["forbidden", "notServed", "notFound", "invalid", "cancelled"];

/** What a reading leaves open; undefined where it was answered, be it with a refusal. */
export function lapseAfter(outcome: Outcome<unknown>, readAt: number | undefined): Lapse | undefined {
  return outcome.ok || LASTING.includes(outcome.failure.kind)
    ? undefined
    : { since: readAt, failure: outcome.failure };
}

/** The one that lasts longest stands for all; one of what never was read only where nothing was. */
export function gravest(lapses: readonly Lapse[]): Lapse | undefined {
  const age = ({ since }: Lapse) => since ?? Number.POSITIVE_INFINITY;
  return lapses.reduce<Lapse | undefined>(
    (gravest, each) => (gravest === undefined || age(each) < age(gravest) ? each : gravest),
    undefined,
  );
}
