import type { ShiftAction, ShiftCheck, ShiftPage } from "../../../server/src/server/protocol.ts";

/** What the panel tells its page. */
export type ToPage =
  | { readonly type: "page"; readonly page: ShiftPage; readonly words: ShiftWords }
  /** The shift is not carried out here any more; the text says what to do. */
  | { readonly type: "gone"; readonly text: string };

/** What the page tells its panel. */
export type FromPage =
  /** It listens from now on. */
  | { readonly type: "ready" }
  /** A button of the shift; `versions` are those that were on the page. */
  | { readonly type: "wish"; readonly event: ShiftAction["event"]; readonly versions: readonly string[] }
  /** A block that the person may take on. */
  | { readonly type: "accept"; readonly accept: Acceptable }
  | { readonly type: "edit"; readonly member: number }
  | { readonly type: "copy"; readonly member: number }
  | { readonly type: "close" };

/** The word for a block that a person may take on. */
export type Acceptable = NonNullable<ShiftCheck["accept"]>;

/** Words of the page, in the user's language. */
export interface ShiftWords {
  readonly actions: string;
  readonly apply: string;
  readonly production: string;
  readonly edit: string;
  readonly copy: string;
  readonly close: string;
  readonly blocked: string;
  readonly paused: string;
  readonly weights: string;
  readonly destination: string;
  readonly nowThen: string;
  readonly weight: string;
  readonly share: string;
  readonly rate: string;
  readonly ready: string;
  readonly utilisation: string;
  readonly errors: string;
  readonly p99: string;
  readonly safe: string;
  readonly unknown: string;
  readonly now: string;
  readonly after: string;
  readonly headerRoutes: string;
  /** `{0}`: the route, `{1}`: where it leads. */
  readonly unaffected: string;
  readonly reverts: string;
  readonly checklist: string;
  readonly accept: string;
  readonly basis: string;
  readonly levels: Readonly<Record<"pass" | "warn" | "block" | "unknown", string>>;
  readonly query: string;
  /** A drill's part of the page: what is promised, what was measured, and whether that is in time. */
  readonly drill: string;
  readonly promised: string;
  readonly notPromised: string;
  readonly answered: string;
  readonly notYet: string;
  readonly inTime: string;
  readonly late: string;
  readonly steps: string;
  readonly states: Readonly<Record<"todo" | "now" | "done" | "undone", string>>;
  /** `{0}`: seconds. */
  readonly soak: string;
  readonly soakUnknown: string;
  /** `{0}`: seconds. */
  readonly limit: string;
  readonly diff: string;
  readonly patch: string;
  readonly inverse: string;
  readonly wayBack: string;
  readonly kubectl: string;
  readonly log: string;
  readonly manual: string;
  readonly optional: string;
  /** `{0}`: seconds. */
  readonly age: string;
  readonly version: string;
}
