import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Operation } from "rfc6902";
import { type Message, t } from "../../../model/message.ts";
import type { KubeObject } from "../cluster.ts";
import { at, canonical, listOf, numberAt, recordOf, textAt } from "../json.ts";
import { type Planned, planned } from "../patch.ts";

/** What an Argo Rollout's own controller is asked to do, through the fields its kubectl plugin writes. */
export type RolloutVerb = "promote" | "promoteFull" | "abort" | "retry" | "unpause" | "undo";

/** One request to the controller of an Argo Rollout (argo-rollouts pkg/kubectl-argo-rollouts/cmd). */
export interface RolloutGoal {
  readonly kind: "rollout";
  readonly verb: RolloutVerb;
  /** The revision it is meant for (`status.currentPodHash`): a newer one is another matter. */
  readonly podHash: string;
  /** `promote`: the step that is promoted from, so that doing it twice does not skip one. */
  readonly fromStep: number | null;
  /** `undo`: the ReplicaSet whose template comes back. */
  readonly replicaSet: string | null;
  /** `undo`: hash of the template that is given up. Another one was rolled out by somebody meanwhile. */
  readonly template?: string;
}

/** Hash of a Rollout's Pod template. */
export function templateHash(object: KubeObject): string {
  return createHash("sha256")
    .update(canonical(at(object, "spec", "template")))
    .digest("hex");
}

/** Which part of the object the verb writes. */
export function subresourceOf(goal: RolloutGoal): "status" | undefined {
  return goal.verb === "unpause" || goal.verb === "undo" ? undefined : "status";
}

/** The patch. `template` is the Pod template of `replicaSet`; it is never kept, since it may hold anything. */
export function planRollout(object: KubeObject, goal: RolloutGoal, template: unknown): Planned {
  if (goal.verb === "undo") return planUndo(object, goal, template);
  if (textAt(object, "status", "currentPodHash") !== goal.podHash)
    return { ok: false, reason: newer(object) };
  return planned(object, [revisionTest(goal), ...operationsOf(object, goal)]);
}

function revisionTest({ podHash }: RolloutGoal): Operation {
  return { op: "test", path: "/status/currentPodHash", value: podHash };
}

function newer({ metadata }: KubeObject): Message {
  return t("Rollout {name} has a newer revision than the one that was previewed. Preview again.", {
    name: metadata.name,
  });
}

function operationsOf(object: KubeObject, goal: RolloutGoal): Operation[] {
  switch (goal.verb) {
    case "promote":
      return promotion(object, goal.fromStep);
    case "promoteFull":
      return textAt(object, "status", "stableRS") === goal.podHash ||
        at(object, "status", "promoteFull") === true
        ? []
        : [{ op: "add", path: "/status/promoteFull", value: true }];
    case "abort":
      return at(object, "status", "abort") === true
        ? []
        : [{ op: "add", path: "/status/abort", value: true }];
    case "retry":
      return at(object, "status", "abort") === true
        ? [{ op: "add", path: "/status/abort", value: false }]
        : [];
    default:
      return at(object, "spec", "paused") === true ? [{ op: "add", path: "/spec/paused", value: false }] : [];
  }
}

/** Paused: the pause ends, and the controller goes on by itself. Else (an analysis runs) the step is skipped. */
function promotion(object: KubeObject, fromStep: number | null): Operation[] {
  const step = numberAt(object, "status", "currentStepIndex") ?? null;
  if (step !== fromStep) return [];
  if (listOf(at(object, "status", "pauseConditions")).length > 0)
    return [{ op: "remove", path: "/status/pauseConditions" }];
  const steps = listOf(at(object, "spec", "strategy", "canary", "steps")).length;
  if (step === null || step >= steps) return [];
  return [
    { op: "test", path: "/status/currentStepIndex", value: step },
    { op: "add", path: "/status/currentStepIndex", value: step + 1 },
  ];
}

/** Label by which the controller tells its ReplicaSets apart; the Rollout's own template has none. */
const HASH_LABEL = "rollouts-pod-template-hash";

function planUndo(object: KubeObject, goal: RolloutGoal, template: unknown): Planned {
  const wanted = withoutHash(template);
  if (wanted === undefined)
    return {
      ok: false,
      reason: t(
        "The ReplicaSet of the former revision is gone, so its Pod template is lost. Take it from version control.",
      ),
    };
  if (at(object, "spec", "workloadRef") !== undefined)
    return {
      ok: false,
      reason: t("Rollout {name} takes its Pod template from a workloadRef. Undo the change there.", {
        name: object.metadata.name,
      }),
    };
  if (isDeepStrictEqual(at(object, "spec", "template"), wanted)) return planned(object, []);
  // The controller may not have seen the newest template yet, so its hash alone does not tell.
  const isOther = goal.template !== undefined && goal.template !== templateHash(object);
  if (isOther || textAt(object, "status", "currentPodHash") !== goal.podHash)
    return { ok: false, reason: newer(object) };
  return planned(object, [revisionTest(goal), { op: "replace", path: "/spec/template", value: wanted }]);
}

function withoutHash(template: unknown): Readonly<Record<string, unknown>> | undefined {
  const record = recordOf(template);
  const metadata = recordOf(record?.metadata);
  if (record === undefined || metadata === undefined) return record;
  const { [HASH_LABEL]: _, ...labels } = recordOf(metadata.labels) ?? {};
  return { ...record, metadata: { ...metadata, labels } };
}
