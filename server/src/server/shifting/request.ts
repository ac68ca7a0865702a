import { SHIFT_TYPES } from "../../features/shift-targets.ts";
import { t } from "../../model/message.ts";
import { parseDuration } from "../../recovery/durations.ts";
import { headerRouteOf } from "../../traffic/shift/goals/routes.ts";
import { type Change, type Intent, LONGEST_DRILL, type ShiftRequest } from "../../traffic/shift/intent.ts";
import { Refused } from "./hosted-shift.ts";
import type { PreviewShiftParams, ShiftChange, ShiftPart } from "./messages.ts";

/** What counts where the client leaves it open. */
export interface RequestDefaults {
  readonly context: string;
  /** The namespace that an object is in. */
  readonly namespaceOf: (part: ShiftPart) => string;
  readonly steps: readonly number[];
  /** Whether a person is asked before each further step. */
  readonly ask: boolean;
}

/** What is asked for, as the engine takes it. @throws Refused where it makes no sense */
export function requestOf(
  { members, emergency }: PreviewShiftParams,
  defaults: RequestDefaults,
): ShiftRequest {
  const intents = members.map((member) => intentOf(member, defaults));
  return { intents, emergency, accepted: [], ask: defaults.ask };
}

function intentOf(part: ShiftPart, { context, namespaceOf, steps }: RequestDefaults): Intent {
  const { target, change } = part;
  const ref = { type: SHIFT_TYPES[target.kind], namespace: namespaceOf(part), name: target.name };
  return { context: part.context ?? context, ref, ...changeOf(change, steps) };
}

function changeOf(change: ShiftChange, steps: readonly number[]): Change {
  switch (change.kind) {
    case "weights":
      return { kind: "weights", ...routeOf(change.route), to: change.to, steps: change.steps ?? steps };
    case "ab":
      return {
        kind: "ab",
        ...routeOf(change.route),
        routes: change.variants.map((variant) => headerRouteOf(change.header, variant)),
      };
    case "drill":
      return drillOf(change);
    default:
      return change;
  }
}

function routeOf(route: string | undefined): { readonly route?: string } {
  return route === undefined ? {} : { route };
}

function drillOf({ route, to, percent, seconds, rto }: Extract<ShiftChange, { kind: "drill" }>): Change {
  if (!(percent > 0 && percent <= 100 && seconds > 0 && seconds <= LONGEST_DRILL))
    throw new Refused(
      t("A drill fails from 1 to 100 of a hundred requests, for {seconds} s at the most.", {
        seconds: LONGEST_DRILL,
      }),
    );
  const promised = rto === undefined ? undefined : parseDuration(rto);
  if (rto !== undefined && (promised === undefined || promised <= 0))
    throw new Refused(t("“{text}” is no duration. Write it like 30s or 5m.", { text: rto }));
  return {
    kind: "drill",
    ...routeOf(route),
    to,
    percent,
    seconds,
    ...(promised !== undefined && { rto: promised }),
  };
}
