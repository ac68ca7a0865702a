import { t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import type { Goal } from "../goals/goal.ts";
import { inverseOf } from "../goals/plan.ts";
import { templateHash } from "../goals/rollout.ts";
import type { Intent } from "../intent.ts";
import { at, listOf, numberAt, textAt } from "../json.ts";
import { KINDS } from "../kinds.ts";
import { type MemberPlan, problem } from "./step.ts";

type RolloutIntent = Extract<Intent, { kind: "rollout" }>;

/** What the controller of a Rollout is asked, in its order. */
export function planRolloutSteps(
  object: KubeObject,
  { verb }: RolloutIntent,
  former: string | undefined,
): MemberPlan {
  const podHash = textAt(object, "status", "currentPodHash");
  if (object.kind !== KINDS.rollout.kind || podHash === undefined)
    return problem(
      t("{kind} {name} has no status.currentPodHash: no Argo Rollouts controller looks after it.", {
        kind: object.kind,
        name: object.metadata.name,
      }),
    );
  const fromStep = numberAt(object, "status", "currentStepIndex") ?? null;
  const goalOf = (what: typeof verb): Goal => ({
    kind: "rollout",
    verb: what,
    podHash,
    fromStep,
    replicaSet: what === "undo" ? (former ?? null) : null,
    ...(what === "undo" && { template: templateHash(object) }),
  });
  const verbs: (typeof verb)[] =
    verb === "promote" && at(object, "spec", "paused") === true ? ["unpause"] : [];
  const paused = listOf(at(object, "status", "pauseConditions")).length > 0;
  if (verb !== "promote" || verbs.length === 0 || paused) verbs.unshift(verb);
  return {
    ok: true,
    steps: verbs.map((what) => {
      const goal = goalOf(what);
      return { goal, undo: inverseOf(object, goal), judge: "settle", settle: 0 };
    }),
  };
}
