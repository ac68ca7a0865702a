import type { Operation } from "rfc6902";
import type { Message } from "../../model/message.ts";
import type { Check } from "./gates/check.ts";
import type { LogEntry } from "./journal.ts";
import type { Leg } from "./leg.ts";
import type { Phase, ShiftEvent } from "./state.ts";

/** All that a panel or a terminal shows of a shift; plain data that can be sent as JSON. */
export interface ShiftView {
  readonly version: 1;
  /** Undefined until it has a journal. */
  readonly id: string | undefined;
  readonly phase: Phase;
  readonly paused: boolean;
  /** What is happening, and what it waits for. */
  readonly status: Message;
  /** The objects, in the order in which they are changed. */
  readonly members: readonly MemberView[];
  readonly steps: readonly StepView[];
  /** What is known at the present step, besides the checks of the members. */
  readonly checks: readonly Check[];
  /** What may be done now. */
  readonly actions: readonly ActionView[];
  readonly log: readonly LogEntry[];
  /** What a person has to run where the tool could not; after a rollback or the end, what they may run to tidy up. */
  readonly manual: readonly string[];
  /** Of a drill: seconds from the failure until the standby answered, undefined before; and what the plan promises. */
  readonly drill:
    | { readonly answeredAfter: number | undefined; readonly rto: number | undefined }
    | undefined;
}

/** One object. */
export interface MemberView {
  readonly context: string;
  readonly production: boolean;
  readonly server: string | undefined;
  readonly user: string | undefined;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string | undefined;
  /** Milliseconds since 1970; undefined before it was read. */
  readonly readAt: number | undefined;
  readonly lanes: readonly LaneView[];
  /** Header routes in front of the weighted one, which weights do not change. */
  readonly pinned: readonly { readonly name: string; readonly legs: readonly string[] }[];
  readonly checks: readonly Check[];
  /** The first write, as a unified diff of YAML. */
  readonly diff: string;
  /** What is sent, and what takes it back. */
  readonly patch: readonly Operation[];
  readonly inverse: readonly Operation[];
  readonly kubectl: { readonly apply: string; readonly undo: string } | undefined;
  /** Whoever would undo the write. */
  readonly reverts: readonly Message[];
  /** The weights to write into the manifest instead: at the end of the shift. */
  readonly edit:
    | { readonly list: string; readonly index: number; readonly weights: readonly number[] }
    | undefined;
}

/** One destination. */
export interface LaneView {
  readonly name: string;
  readonly leg: Leg;
  /** As written; undefined when absent. */
  readonly weightNow: number | undefined;
  readonly weightThen: number | undefined;
  /** From 0 to 1. */
  readonly shareNow: number;
  readonly shareThen: number;
  /** Requests per second, measured and expected; undefined when unknown. */
  readonly rateNow: number | undefined;
  readonly rateThen: number | undefined;
  readonly ready: number | undefined;
  readonly total: number | undefined;
  /** Of what its ready endpoints can carry; undefined when unknown. */
  readonly utilisationNow: number | undefined;
  readonly utilisationThen: number | undefined;
  readonly errorRate: number | undefined;
  /** Milliseconds. */
  readonly p99: number | undefined;
  readonly maxSafeWeight: number | undefined;
  readonly pinned: boolean;
}

/** One step of the plan. */
export interface StepView {
  readonly member: number;
  readonly title: Message;
  /** Weights after it, in the order of the member's lanes; empty for steps of other kinds. */
  readonly weights: readonly number[];
  /** Seconds that it is watched at the least; undefined when that depends on traffic that is not known. */
  readonly soak: number | undefined;
  /** Of a drill's step: seconds after which everything is taken back, whatever was seen. */
  readonly limit: number | undefined;
  readonly state: "todo" | "now" | "done" | "undone";
}

/** A button. */
export interface ActionView {
  readonly event: Exclude<ShiftEvent["type"], `read${string}` | `apply${string}`>;
  readonly label: Message;
  /** What has to be typed first: the production contexts' names, with commas between them. */
  readonly confirm: string | undefined;
  /** `continue` needs a reason. */
  readonly needsReason: boolean;
}

/** The production contexts among these, with commas between them; undefined where there is none. */
export function productionName(
  members: readonly Pick<MemberView, "context" | "production">[],
): string | undefined {
  const names = new Set(members.flatMap(({ context, production }) => (production ? [context] : [])));
  return names.size === 0 ? undefined : [...names].join(",");
}
