import { SHIFT_TYPES } from "../../features/shift-targets.ts";
import type { Intent, ShiftRequest } from "../../traffic/shift/intent.ts";
import type { PreviewShiftParams } from "./messages.ts";

/** What counts where the client leaves it open. */
export interface RequestDefaults {
  readonly context: string;
  readonly namespace: string;
  readonly steps: readonly number[];
  /** Whether a person is asked before each further step. */
  readonly ask: boolean;
}

/** What is asked for, as the engine takes it. */
export function requestOf(
  { target, change, emergency }: PreviewShiftParams,
  { context, namespace, steps, ask }: RequestDefaults,
): ShiftRequest {
  const ref = { type: SHIFT_TYPES[target.kind], namespace: target.namespace ?? namespace, name: target.name };
  const intent = ((): Intent => {
    switch (change.kind) {
      case "weights":
        return {
          context,
          ref,
          kind: "weights",
          ...(change.route !== undefined && { route: change.route }),
          to: change.to,
          steps: change.steps ?? steps,
        };
      case "rollout":
        return { context, ref, kind: "rollout", verb: change.verb };
      case "dns":
        return { context, ref, kind: "dns", record: {}, targets: change.targets };
      case "promoteDatabase":
        return { context, ref, kind: "promoteDatabase", tokenFrom: null };
    }
  })();
  return { intents: [intent], emergency, accepted: [], ask };
}
