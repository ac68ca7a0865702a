import type { Operation } from "rfc6902";
import type { KubeObject } from "../cluster.ts";
import type { Planned } from "../patch.ts";
import { findRoute } from "../route.ts";
import { planDatabase } from "./database.ts";
import { planDns, recordsOf } from "./dns.ts";
import { planFault } from "./fault.ts";
import type { AllGoal, Goal } from "./goal.ts";
import { planRollout, subresourceOf } from "./rollout.ts";
import { planInsertRoutes, planRemoveRoutes, removalOf } from "./routes.ts";
import { oppositeOf, planSubsets } from "./subsets.ts";
import { planWeights, weightsOfRoute } from "./weights.ts";

/** What a patch needs besides the object itself; read when it is needed and never kept. */
export interface Inputs {
  /** A demoted database's token. */
  readonly token?: string;
  /** A former revision's Pod template. */
  readonly template?: unknown;
}

/** The patch that leads a live object to the goal. */
export function planGoal(object: KubeObject, goal: Goal, inputs: Inputs = {}): Planned {
  switch (goal.kind) {
    case "weights":
      return planWeights(object, goal);
    case "insertRoutes":
      return planInsertRoutes(object, goal);
    case "removeRoutes":
      return planRemoveRoutes(object, goal);
    case "subsets":
      return planSubsets(object, goal);
    case "fault":
      return planFault(object, goal);
    case "dns":
      return planDns(object, goal);
    case "rollout":
      return planRollout(object, goal, inputs.template);
    case "database":
      return planDatabase(object, goal, inputs.token);
    case "all":
      return planAll(object, goal, inputs);
  }
}

/** One after the other in one patch, each for what the one before leaves. */
function planAll(object: KubeObject, { goals }: AllGoal, inputs: Inputs): Planned {
  let after = object;
  const operations: Operation[] = [];
  for (const goal of goals) {
    const plan = planGoal(after, goal, inputs);
    if (!plan.ok) return plan;
    operations.push(...plan.operations);
    after = plan.after;
  }
  return { ok: true, operations, after };
}

/** Whether the object is where the goal wants it: nothing is left to be written. */
export function isReached(object: KubeObject, goal: Goal, inputs: Inputs = {}): boolean {
  const plan = planGoal(object, goal, inputs);
  return plan.ok && plan.operations.length === 0;
}

/** The goal that leads back to `object` once `goal` was reached; undefined for what cannot be undone by a write. */
export function inverseOf(object: KubeObject, goal: Goal): Goal | undefined {
  switch (goal.kind) {
    case "weights": {
      const route = findRoute(object, goal.route);
      return route === undefined ? undefined : weightsOfRoute(route);
    }
    case "insertRoutes":
      return removalOf(goal);
    case "subsets":
      return oppositeOf(goal);
    case "fault":
      return { ...goal, percent: goal.was, was: goal.percent };
    case "dns": {
      const { dnsName, recordType, setIdentifier } = goal.record;
      const found = recordsOf(object).find(
        (record) =>
          record.dnsName === dnsName &&
          record.recordType === recordType &&
          record.setIdentifier === setIdentifier,
      );
      return found === undefined ? undefined : { ...goal, targets: found.targets };
    }
    case "rollout":
      // What was promoted is stopped by `abort`, which leaves the stable version; what was aborted is tried again.
      if (goal.verb === "promote" || goal.verb === "unpause" || goal.verb === "retry")
        return { ...goal, verb: "abort" };
      return goal.verb === "abort" ? { ...goal, verb: "retry" } : undefined;
    case "all": {
      const undo = goal.goals.toReversed().map((one) => inverseOf(object, one));
      return undo.every((one) => one !== undefined) ? { kind: "all", goals: undo } : undefined;
    }
    case "removeRoutes":
    case "database":
      return undefined;
  }
}

/** Which part of the object a goal writes. */
export function partOf(goal: Goal): "status" | undefined {
  return goal.kind === "rollout" ? subresourceOf(goal) : undefined;
}
