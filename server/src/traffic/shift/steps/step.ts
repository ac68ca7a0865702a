import type { Message } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import type { Goal } from "../goals/goal.ts";
import { inverseOf } from "../goals/plan.ts";

/** One write and what has to be seen before the next. */
export interface Step {
  /** Position among the members. */
  readonly member: number;
  readonly goal: Goal;
  /** The goal that leads back to what was there before the shift; undefined where a write cannot. */
  readonly undo: Goal | undefined;
  /** How the step is judged: by traffic, by time alone, by the database's own report; in a drill by the fault's being seen and the standby's answering. */
  readonly judge: "traffic" | "settle" | "database" | "fault" | "answer";
  /** Seconds that must pass at the least. */
  readonly settle: number;
}

/** What one object contributes to a shift. */
export type MemberPlan =
  | { readonly ok: true; readonly steps: readonly Omit<Step, "member">[] }
  | { readonly ok: false; readonly problem: Message };

/** A single write. */
export function single(object: KubeObject, goal: Goal, judge: Step["judge"], settle: number): MemberPlan {
  return { ok: true, steps: [{ goal, undo: inverseOf(object, goal), judge, settle }] };
}

/** Why nothing can be planned. */
export function problem(message: Message): MemberPlan {
  return { ok: false, problem: message };
}
