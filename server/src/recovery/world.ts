import type { Snapshot } from "../workspace/snapshot.ts";
import type { Plan } from "./plan.ts";

/** What a computation is about. */
export interface World {
  readonly plan: Plan;
  readonly snapshot: Snapshot;
}
