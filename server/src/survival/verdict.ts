import type { Message } from "../model/message.ts";

/** What may happen to a workload, in the order in which it is told. */
export const SCENARIOS = ["nodeLoss", "zoneLoss", "drain", "rollout"] as const;

/** Something that takes pods away. */
export type Scenario = (typeof SCENARIOS)[number];

/**
 * `guaranteed`: as many pods as are needed stay, however they are placed. `notGuaranteed`: fewer may be left. `blocked`:
 * the pods stay because the drain never ends. `unknown`: something else decides. `none`: it does not touch such pods.
 */
export type State = "guaranteed" | "notGuaranteed" | "blocked" | "unknown" | "none";

/** The states from the best to the worst. */
export const STATES: readonly State[] = ["none", "guaranteed", "unknown", "blocked", "notGuaranteed"];

/** What is guaranteed when one thing happens to a workload of which all pods run. */
export interface Verdict {
  readonly state: State;
  /** The pods that stay in the worst case; undefined where nobody can say, or it is not about a number. */
  readonly stay: number | undefined;
  /** The pods there are before. */
  readonly of: number | undefined;
  /** Complete sentences: what stays, with the numbers, and why. At least one. */
  readonly sentences: readonly Message[];
}

/** What is guaranteed to a workload. */
export type Posture = Readonly<Record<Scenario, Verdict>>;

/** The worst of some states; `none` of no state. */
export function worstOf(states: Iterable<State>): State {
  return [...states].reduce<State>(
    (worst, state) => (STATES.indexOf(state) > STATES.indexOf(worst) ? state : worst),
    "none",
  );
}

/** The worst state of a posture. */
export function worstIn(posture: Posture): State {
  return worstOf(SCENARIOS.map((scenario) => posture[scenario].state));
}

/** A verdict without numbers. */
export function plain(state: State, ...sentences: readonly Message[]): Verdict {
  return { state, stay: undefined, of: undefined, sentences };
}
