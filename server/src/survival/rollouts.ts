import { type IntOrPercent, resolveCount } from "../model/int-or-percent.ts";
import { type Message, t } from "../model/message.ts";
import { booleanOf, integerOf, nodeAt, present, stringOf, valueOr } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { rolling, type Strategy, strategyOf, unavailableAtOnce } from "../workspace/rollout-strategy.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import type { Pods } from "./losses.ts";
import { plain, type Verdict } from "./verdict.ts";

type Rolling = Extract<Strategy, { kind: "rolling" }>;

const ONE: IntOrPercent = { unit: "count", value: 1 };
const DECIDED_ELSEWHERE = t("A template or an overlay decides how a rollout replaces the pods.");

/** A rollout of a workload with a number of pods; `manager` is what replaces them. */
export function rolloutOf(snapshot: Snapshot, manager: Resource, pods: Pods): Verdict {
  const path = manager.kind === "StatefulSet" ? "spec.updateStrategy" : "spec.strategy";
  if (snapshot.layout.isPatched(manager, path)) return plain("unknown", DECIDED_ELSEWHERE);
  if (manager.kind === "Rollout") return ofArgo(manager, pods);
  if (manager.kind === "ReplicaSet" || manager.kind === "ReplicationController")
    return plain(
      "none",
      t("A {kind} has no rollout: a pod gets a new version when somebody deletes it.", {
        kind: manager.kind,
      }),
    );
  if (isOnDelete(manager)) return plain("none", ON_DELETE);
  const strategy = strategyOf(manager);
  if (strategy === undefined) return plain("unknown", DECIDED_ELSEWHERE);
  if (strategy.kind === "recreate") return left(pods, pods.pods);
  if (manager.kind === "StatefulSet") return ofStatefulSet(manager, strategy, pods);
  const away = ofRolling(strategy, pods);
  return away === undefined ? plain("unknown", DECIDED_ELSEWHERE) : left(pods, away);
}

/** That pods wait for somebody to delete them. */
export const ON_DELETE = t("No pod is replaced before somebody deletes it: the strategy is OnDelete.");

/** Whether pods are replaced by hand. */
export function isOnDelete(manager: Resource): boolean {
  return stringOf(manager.get("spec.updateStrategy.type")) === "OnDelete";
}

function ofRolling(strategy: Rolling, { pods }: Pods): number | undefined {
  const amounts = [strategy.maxUnavailable, strategy.maxSurge];
  // The API server refuses negative numbers and two literal zeros.
  if (amounts.some((amount) => amount.state === "known" && amount.value.value < 0)) return undefined;
  if (amounts.every((amount) => amount.state === "known" && amount.value.value === 0)) return undefined;
  return unavailableAtOnce(strategy, pods);
}

/**
 * One at a time, or maxUnavailable where the cluster has the feature: rounded down, to at least 1. Pods below the
 * partition keep their version (kubernetes pkg/controller/statefulset/stateful_set_control.go).
 */
function ofStatefulSet(manager: Resource, { path, maxUnavailable }: Rolling, all: Pods): Verdict {
  const { pods } = all;
  const amount = valueOr(maxUnavailable, ONE);
  const written = present(manager.get(`${path}.partition`));
  const partition = written === undefined ? 0 : integerOf(written);
  if (amount === undefined || amount.value < 0 || partition === undefined)
    return plain("unknown", DECIDED_ELSEWHERE);
  const start = integerOf(manager.get("spec.ordinals.start")) ?? 0;
  const updated = Math.max(0, pods - Math.max(0, partition - start));
  if (updated > 0) return left(all, Math.min(Math.max(1, resolveCount(amount, pods, "down")), updated));
  const text = t("No pod is replaced: partition {partition} keeps all {pods} at the version they have.", {
    ...{ partition, pods },
  });
  return { state: "guaranteed", stay: pods, of: pods, sentences: [text] };
}

/**
 * Blue/green and a canary with a traffic router run the old pods in full until the end; a canary without one keeps
 * as many available as maxUnavailable says, at every step (argo-rollouts utils/replicaset/canary.go).
 */
function ofArgo(rollout: Resource, pods: Pods): Verdict {
  const canary = rollout.get("spec.strategy.canary");
  if (canary === undefined)
    return rollout.get("spec.strategy.blueGreen") === undefined
      ? plain("unknown", DECIDED_ELSEWHERE)
      : kept(pods);
  if (nodeAt(canary, "trafficRouting") !== undefined) {
    const dynamic = present(nodeAt(canary, "dynamicStableScale"));
    if (dynamic === undefined || booleanOf(dynamic) === false) return kept(pods);
    return plain(
      "unknown",
      t(
        "dynamicStableScale takes old pods away as the new ones take traffic over, so how many stay depends on the step.",
      ),
    );
  }
  const away = ofRolling(rolling(rollout, "spec.strategy.canary"), pods);
  return away === undefined ? plain("unknown", DECIDED_ELSEWHERE) : left(pods, away);
}

function kept({ pods }: Pods): Verdict {
  return {
    ...{ state: "guaranteed", stay: pods, of: pods },
    sentences: [
      t("All {pods} pods stay until the new ones have taken over: both versions run in full.", { pods }),
    ],
  };
}

function left(pods: Pods, unavailable: number): Verdict {
  const of = pods.pods;
  const away = Math.min(unavailable, of);
  const stay = of - away;
  const state = stay >= pods.needed ? "guaranteed" : "notGuaranteed";
  return { state, stay, of, sentences: [sentenceOf(pods, stay, away)] };
}

function sentenceOf({ pods, needed, system = "" }: Pods, stay: number, away: number): Message {
  const values = { pods, stay, away, needed, system };
  if (away === 0) return t("All {pods} pods stay: a pod goes only when its successor is ready.", values);
  if (pods === 1) return t("No pod is left: the only 1 stops before the next one starts.");
  if (stay === 0) return t("No pod may be left: a rollout may stop all {pods} at once.", values);
  if (stay < needed)
    return t(
      "Only {stay} of {pods} pods may be left while {away} are replaced, and {system} needs {needed} to decide.",
      values,
    );
  return t("At least {stay} of {pods} pods stay: at most {away} are replaced at a time.", values);
}
