import type { Message } from "../model/message.ts";
import { formatDuration } from "./durations.ts";
import type { Estimate } from "./estimate.ts";
import type { Term } from "./term.ts";

/** The worst case for people, the same in every language: `14m30s`, `≥ 9m30s`, `?` where nothing is known, `∞`. */
export function worstText({ worst, open }: Estimate): string {
  if (!open || worst === Number.POSITIVE_INFINITY) return formatDuration(worst);
  return worst === 0 ? "?" : `≥ ${formatDuration(worst)}`;
}

/** Best to worst case: `9m – 14m30s`; one figure where they are the same. */
export function rangeText(estimate: Estimate): string {
  const worst = worstText(estimate);
  return estimate.best === estimate.worst && !estimate.open
    ? worst
    : `${formatDuration(estimate.best)} – ${worst}`;
}

/** What a time is made of, each with its worst case: `detection 3m`. What takes nothing is left out. */
export function partTexts(terms: readonly Term[]): readonly Message[] {
  return terms
    .filter(({ estimate }) => estimate.worst > 0 || estimate.open)
    .map(({ name, estimate }) => ({
      text: "{name} {time}",
      values: { name: [name], time: worstText(estimate) },
    }));
}
