import { field, integerOf, itemsOf, nodeAt, present, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import type { SteppedRoute } from "./weighted-route.ts";

/**
 * The canary steps of an Argo Rollout: every `setWeight`, from 0 to `trafficRouting.maxTrafficWeight`, which is
 * 100 unless stated (argo-rollouts pkg/apis/rollouts/v1alpha1/types.go, utils/weightutil). A blue/green Rollout
 * switches at once and has none.
 */
export function stepsOfRollout(resource: Resource): readonly SteppedRoute[] {
  const node = resource.get("spec.strategy.canary");
  if (node?.kind !== "map") return [];
  return [
    {
      kind: "steps",
      platform: "argo-rollouts",
      resource,
      path: ["spec", "strategy", "canary"],
      node,
      stable: field(nodeAt(node, "stableService"), stringOf),
      canary: field(nodeAt(node, "canaryService"), stringOf),
      total: field(nodeAt(node, "trafficRouting.maxTrafficWeight"), integerOf),
      schedule: {
        kind: "list",
        steps: itemsOf(nodeAt(node, "steps")).flatMap((step, index) => {
          const weight = present(nodeAt(step, "setWeight"));
          return weight === undefined ? [] : [{ index, node: step, weight: field(weight, integerOf) }];
        }),
      },
    },
  ];
}

/**
 * The subsets of a DestinationRule that a Rollout gives its two versions to (`trafficRouting.istio.destinationRule`):
 * the controller sets their labels, so the labels in the manifest may be those of neither version.
 */
export function subsetsOfRollout(rollout: Resource): readonly string[] {
  const rule = rollout.get("spec.strategy.canary.trafficRouting.istio.destinationRule");
  return ["canarySubsetName", "stableSubsetName"].flatMap((key) => stringOf(nodeAt(rule, key)) ?? []);
}
