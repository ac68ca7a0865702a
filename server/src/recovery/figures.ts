import { formatDuration } from "./durations.ts";
import type { Estimate } from "./estimate.ts";

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
