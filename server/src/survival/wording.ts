import { type Message, t } from "../model/message.ts";
import type { Scenario, State, Verdict } from "./verdict.ts";

/** What each scenario is called. */
export const TITLES: Readonly<Record<Scenario, Message>> = {
  nodeLoss: t("Node loss"),
  zoneLoss: t("Zone loss"),
  drain: t("Node drain"),
  rollout: t("Rollout"),
};

/** What each state means of a workload as a whole. */
export const STATE_NAMES: Readonly<Record<State, Message>> = {
  guaranteed: t("guaranteed"),
  notGuaranteed: t("not guaranteed"),
  blocked: t("blocked"),
  unknown: t("unknown"),
  none: t("not affected"),
};

/** As short as it gets, for a table: what stays of how many, and a sign where that is not enough. */
export function cellOf({ state, stay, of }: Verdict): Message {
  const share = stay === undefined || of === undefined ? "" : `${stay}/${of}`;
  switch (state) {
    case "guaranteed":
      return figures(share || "✓");
    case "notGuaranteed":
      return figures(`✗ ${share}`.trimEnd());
    case "blocked":
      return STATE_NAMES.blocked;
    case "unknown":
      return figures("?");
    case "none":
      return figures("–");
  }
}

/** Figures and signs are the same in every language. */
function figures(text: string): Message {
  return { text: "{figures}", values: { figures: text } };
}

/** A verdict in a few words. */
export function briefly({ state, stay, of }: Verdict): Message {
  if (stay === undefined || of === undefined || state === "blocked") return STATE_NAMES[state];
  return state === "guaranteed"
    ? t("{stay} of {of} stay", { stay, of })
    : t("not guaranteed, {stay} of {of} may be left", { stay, of });
}
