import { type IntOrPercent, intOrPercentOf, resolveCount } from "../model/int-or-percent.ts";
import { type Field, field, integerOf, itemsOf, nodeAt, stringOf, valueOr } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";

/** How a workload replaces its pods. */
export type Strategy =
  | { readonly kind: "recreate"; readonly path: string }
  | {
      readonly kind: "rolling";
      /** Where `maxUnavailable` (and `maxSurge`) stand. */
      readonly path: string;
      readonly maxUnavailable: Field<IntOrPercent>;
      /** Absent for kinds without it. */
      readonly maxSurge: Field<IntOrPercent>;
    };

/**
 * The strategy of a Deployment, StatefulSet, DaemonSet or Argo Rollout. Undefined when a template decides it, when
 * pods are replaced by hand (OnDelete), or when a Rollout's traffic router or steps decide how many go at once.
 */
export function strategyOf(resource: Resource): Strategy | undefined {
  switch (resource.kind) {
    case "Deployment":
      return typed(resource, "spec.strategy");
    case "StatefulSet":
    case "DaemonSet":
      return typed(resource, "spec.updateStrategy");
    case "Rollout":
      return isPlainCanary(resource) ? rolling(resource, "spec.strategy.canary") : undefined;
    default:
      return undefined;
  }
}

function typed(resource: Resource, path: string): Strategy | undefined {
  switch (valueOr(field(resource.get(`${path}.type`), stringOf), "RollingUpdate")) {
    case "Recreate":
      // The others know OnDelete instead, and are refused with this.
      return resource.kind === "Deployment" ? { kind: "recreate", path } : undefined;
    case "RollingUpdate":
      return rolling(resource, `${path}.rollingUpdate`);
    default:
      return undefined;
  }
}

/** A rolling update whose numbers stand at `path`. */
export function rolling(resource: Resource, path: string): Extract<Strategy, { kind: "rolling" }> {
  return {
    kind: "rolling",
    path,
    maxUnavailable: field(resource.get(`${path}.maxUnavailable`), intOrPercentOf),
    maxSurge: field(resource.get(`${path}.maxSurge`), intOrPercentOf),
  };
}

/**
 * A canary whose numbers of pods follow maxUnavailable alone: a traffic router keeps the stable pods until the end,
 * and a step between 0 and 100 % keeps some of them (argo-rollouts utils/replicaset/canary.go).
 */
function isPlainCanary(rollout: Resource): boolean {
  const canary = rollout.get("spec.strategy.canary");
  if (canary?.kind !== "map" || nodeAt(canary, "trafficRouting") !== undefined) return false;
  return itemsOf(nodeAt(canary, "steps")).every((step) => {
    const weight = nodeAt(step, "setWeight");
    if (nodeAt(step, "setCanaryScale") !== undefined) return false;
    const percent = integerOf(weight);
    return weight === undefined || percent === 0 || (percent !== undefined && percent >= 100);
  });
}

const QUARTER: IntOrPercent = { unit: "percent", value: 25 };

/**
 * How many of `replicas` pods a Deployment's or Rollout's update may stop at once: maxUnavailable rounds down,
 * maxSurge up, both 25 % by default, and when both come to 0 one pod goes
 * (kubernetes pkg/controller/deployment/util/deployment_util.go, ResolveFenceposts). Undefined when a template decides.
 */
export function unavailableAtOnce(
  strategy: Extract<Strategy, { kind: "rolling" }>,
  replicas: number,
): number | undefined {
  const maxUnavailable = valueOr(strategy.maxUnavailable, QUARTER);
  const maxSurge = valueOr(strategy.maxSurge, QUARTER);
  if (maxUnavailable === undefined || maxSurge === undefined) return undefined;
  const unavailable = resolveCount(maxUnavailable, replicas, "down");
  return unavailable === 0 && resolveCount(maxSurge, replicas, "up") === 0 ? 1 : unavailable;
}
