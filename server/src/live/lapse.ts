import type { Failure, Outcome } from "../traffic/shift/cluster.ts";

/** Something of a cluster that could not be read when it was last tried. */
export interface Lapse {
  /** Kinds of objects; none where it is all of them. */
  readonly kinds: readonly string[];
  /** When it was read last, in milliseconds since 1970; undefined where it never was. */
  readonly since: number | undefined;
  readonly failure: Failure;
}

/** Answers that stay the same however often one asks: what is not served has no objects, what is refused is not known. */
const LASTING: readonly Failure["kind"][] = ["forbidden", "notServed", "notFound", "invalid", "cancelled"];

/** What a reading leaves open; undefined where it was answered, be it with a refusal. */
export function lapseAfter(
  outcome: Outcome<unknown>,
  kinds: readonly string[],
  readAt: number | undefined,
): Lapse | undefined {
  return outcome.ok || LASTING.includes(outcome.failure.kind)
    ? undefined
    : { kinds, since: readAt, failure: outcome.failure };
}

/** The one that lasts longest stands for all; one of what never was read only where nothing was. */
function gravest(lapses: readonly Lapse[]): Lapse | undefined {
  const age = ({ since }: Lapse) => since ?? Number.POSITIVE_INFINITY;
  return lapses.reduce<Lapse | undefined>(
    (gravest, each) => (gravest === undefined || age(each) < age(gravest) ? each : gravest),
    undefined,
  );
}

/** What is told of several: all of the cluster where not even its nodes can be read, else the kinds that cannot. */
export function summed(nodes: Lapse | undefined, objects: readonly Lapse[]): Lapse | undefined {
  const worst = gravest(nodes === undefined ? objects : [nodes, ...objects]);
  if (worst === undefined || nodes !== undefined) return worst && { ...worst, kinds: [] };
  return { ...worst, kinds: [...new Set(objects.flatMap(({ kinds }) => kinds))].sort() };
}
