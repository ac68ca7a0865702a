import type { ObjectRef } from "./cluster.ts";
import type { ObjectName } from "./goals/database.ts";
import type { RecordKey } from "./goals/dns.ts";
import type { RolloutVerb } from "./goals/rollout.ts";
import type { HeaderRoute } from "./goals/routes.ts";
import type { SubsetsGoal } from "./goals/subsets.ts";

/** What a person asks for, before anything was read. */
export interface ShiftRequest {
  readonly intents: readonly Intent[];
  /** The old side is dead: only the new side is judged. */
  readonly emergency: boolean;
  /** Blocks that the person takes on: `gitops`, `helm` (the write will be reverted). */
  readonly accepted: readonly string[];
  /** Whether a person is asked before each further step. */
  readonly ask: boolean;
}

/** One object to be changed, and how. Several are changed one after the other. */
export type Intent = {
  readonly context: string;
  readonly ref: ObjectRef;
} & Change;

export type Change =
  /** Weights of one route. `to` names the destinations that are to have these weights of a hundred at the end. */
  | {
      readonly kind: "weights";
      /** Which route, by name or position, where several have the destinations. */
      readonly route?: string;
      readonly to: readonly TargetWeight[];
      /** Weights of the growing destination on the way; the last is the end. */
      readonly steps: readonly number[];
    }
  | { readonly kind: "ab"; readonly route?: string; readonly routes: readonly HeaderRoute[] }
  /** Subsets that an A/B test needs first, in a DestinationRule. */
  | { readonly kind: "subsets"; readonly subsets: SubsetsGoal["subsets"] }
  /** Plays the failure of what carries the traffic, and fails over to `to`; everything is put back at the end. */
  | {
      readonly kind: "drill";
      readonly route?: string;
      readonly to: string;
      readonly percent: number;
      readonly seconds: number;
      readonly rto?: number;
    }
  | { readonly kind: "rollout"; readonly verb: RolloutVerb }
  | { readonly kind: "dns"; readonly record: Partial<RecordKey>; readonly targets: readonly string[] }
  | { readonly kind: "promoteDatabase"; readonly tokenFrom: ObjectName | null }
  | { readonly kind: "demoteDatabase"; readonly newPrimary: string };

/** A destination by subset, host or `host/subset`, and its weight. */
export interface TargetWeight {
  readonly leg: string;
  readonly weight: number;
}

/** The usual steps of a canary. */
export const CANARY_STEPS: readonly number[] = [5, 25, 50, 100];

/** Seconds. A fault does not last longer than this, whatever is asked for. */
export const LONGEST_DRILL = 900;

/** Whether anything of a shift is judged by its traffic; without figures that verdict is unknown. */
export function isMeasured({ intents }: Pick<ShiftRequest, "intents">): boolean {
  return intents.some(isJudgedByTraffic);
}

/** Whether a change is; others are judged by time, by their controllers or by the database. */
export function isJudgedByTraffic({ kind }: Change): boolean {
  return kind === "weights" || kind === "drill";
}

/** Every context that a shift needs: those of its objects, and those whose databases leave a token. */
export function contextsOf({ intents }: Pick<ShiftRequest, "intents">): readonly string[] {
  const tokens = intents.flatMap((intent) =>
    intent.kind === "promoteDatabase" && intent.tokenFrom !== null ? [intent.tokenFrom.context] : [],
  );
  return [...new Set([...intents.map(({ context }) => context), ...tokens])];
}
