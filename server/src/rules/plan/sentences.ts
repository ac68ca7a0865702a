import { type Message, t } from "../../model/message.ts";
import { formatDuration } from "../../recovery/durations.ts";
import type { LossObjective, TimeObjective } from "../../recovery/evaluate.ts";
import type { Term } from "../../recovery/term.ts";

/** Terms with their worst case, as `detection 3m`; those that take nothing are left out. */
export function partsOf(terms: readonly Term[]): readonly Message[] {
  return terms
    .filter(({ estimate }) => estimate.worst > 0 || estimate.open)
    .map(({ name, estimate }) => ({
      text: "{name} {time}",
      values: { name: [name], time: `${estimate.open ? "≥ " : ""}${formatDuration(estimate.worst)}` },
    }));
}

/** How many assumptions are shown with a finding; the rest is in the timeline and in `nines objectives`. */
const SHOWN = 2;

/** A sentence with what a result takes for granted; nothing where it rests on what is written alone. */
export function assumedAlso({ assumptions }: TimeObjective | LossObjective): readonly Message[] {
  if (assumptions.length === 0) return [];
  const shown = assumptions.slice(0, SHOWN);
  const more = assumptions.length - shown.length;
  // One after the other, with a space in front of each.
  const sentences = shown.map((each) => t(" Assumed or not known: {assumption}", { assumption: [each] }));
  const rest = more === 0 ? [] : [t(" And {more} more.", { more })];
  return [
    {
      text: [...sentences, ...rest].map((_, i) => `{s${i}}`).join(""),
      values: Object.fromEntries([...sentences, ...rest].map((each, i) => [`s${i}`, [each]])),
    },
  ];
}
