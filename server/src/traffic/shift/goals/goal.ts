import type { DatabaseGoal } from "./database.ts";
import type { DnsGoal } from "./dns.ts";
import type { FaultGoal } from "./fault.ts";
import type { RolloutGoal } from "./rollout.ts";
import type { InsertRoutesGoal, RemoveRoutesGoal } from "./routes.ts";
import type { SubsetsGoal } from "./subsets.ts";
import type { WeightsGoal } from "./weights.ts";

/**
 * What one write is to reach, as data that can be kept in a journal: never a patch, since a patch fits one version
 * of an object only. `goalPlan` makes the patch from the live object at the time of writing.
 */
export type Goal =
  | WeightsGoal
  | InsertRoutesGoal
  | RemoveRoutesGoal
  | SubsetsGoal
  | FaultGoal
  | RolloutGoal
  | DnsGoal
  | DatabaseGoal
  | AllGoal;

/** Several goals of one object, in one write. */
export interface AllGoal {
  readonly kind: "all";
  readonly goals: readonly Goal[];
}
