import { booleanOf, nodeAt } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { strategyOf, unavailableAtOnce } from "../../workspace/rollout-strategy.ts";

/** How many pods have to run beside the old ones for a rollout to get on. */
export interface Extra {
  readonly pods: number;
  /** `surge`: a rolling update that stops no old pod first; `second`: a whole second set. */
  readonly kind: "surge" | "second";
}

/**
 * The pods that a rollout of `replicas` pods cannot do without besides them; undefined where it needs none or nobody can
 * say. A rolling update that may stop a pod first moves on without room for more. A blue/green Rollout and a canary
 * with a traffic router run both versions in full before the old one goes (argo-rollouts
 * utils/replicaset/canary.go, docs/features/anti-affinity).
 */
export function extraPodsOf(resource: Resource, replicas: number): Extra | undefined {
  if (runsTwice(resource)) return { pods: replicas, kind: "second" };
  if (resource.kind !== "Deployment" && resource.kind !== "Rollout") return undefined;
  const strategy = strategyOf(resource);
  if (strategy?.kind !== "rolling" || replicas < 1) return undefined;
  return unavailableAtOnce(strategy, replicas) === 0 ? { pods: 1, kind: "surge" } : undefined;
}

function runsTwice(resource: Resource): boolean {
  if (resource.kind !== "Rollout") return false;
  const canary = resource.get("spec.strategy.canary");
  if (canary === undefined) return resource.get("spec.strategy.blueGreen") !== undefined;
  const dynamic = nodeAt(canary, "dynamicStableScale");
  return (
    nodeAt(canary, "trafficRouting") !== undefined && (dynamic === undefined || booleanOf(dynamic) === false)
  );
}
