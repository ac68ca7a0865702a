import { integerOf, itemsOf, type MapNode, type Node, nodeAt, present, type Step } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";

/** One `trafficPolicy` of a DestinationRule, or one entry of its `portLevelSettings`. */
export interface TrafficPolicy {
  readonly node: MapNode;
  /** Steps from the resource's root to `node`. */
  readonly path: readonly Step[];
  /** The subset it is for; undefined: the host as a whole. */
  readonly subset: Node | undefined;
  /** Whether it is for one port, so that it inherits nothing. */
  readonly isForPort: boolean;
  /** The policy that counts for what it does not say. */
  readonly parent: TrafficPolicy | undefined;
}

/**
 * Every policy of a DestinationRule. A subset's policy replaces the host's field by field; one of a port takes the
 * place of all others, and what it leaves out has its default (istio pilot/pkg/networking/util/util.go,
 * MergeSubsetTrafficPolicy).
 */
export function policiesOf(rule: Resource): readonly TrafficPolicy[] {
  return rule.derive(read);
}

function read(rule: Resource): readonly TrafficPolicy[] {
  const path = ["spec", "trafficPolicy"];
  const own = withPorts(rule.get(path), path, undefined, undefined);
  const [parent] = own;
  const ofSubsets = itemsOf(rule.get("spec.subsets")).flatMap((subset, i) =>
    withPorts(
      present(nodeAt(subset, "trafficPolicy")),
      ["spec", "subsets", i, "trafficPolicy"],
      subset,
      parent,
    ),
  );
  return [...own, ...ofSubsets];
}

function withPorts(
  node: Node | undefined,
  path: readonly Step[],
  subset: Node | undefined,
  parent: TrafficPolicy | undefined,
): readonly TrafficPolicy[] {
  if (node?.kind !== "map") return [];
  const ports = itemsOf(nodeAt(node, "portLevelSettings")).flatMap((port, i): TrafficPolicy[] =>
    port.kind === "map"
      ? [
          {
            node: port,
            path: [...path, "portLevelSettings", i],
            subset,
            isForPort: true,
            parent: undefined,
          },
        ]
      : [],
  );
  return [{ node, path, subset, isForPort: false, parent }, ...ports];
}

/** A part of the policy as it counts in the end: its own, else that of the policy it inherits from. */
export function effective(policy: TrafficPolicy, key: "outlierDetection" | "loadBalancer"): Node | undefined {
  return present(nodeAt(policy.node, key)) ?? (policy.parent && effective(policy.parent, key));
}

/**
 * Whether outlier detection ever leaves an endpoint out: with both counters of errors at 0 it does not. Absent ones
 * are Envoy's: five 5xx answers in a row (istio pilot/pkg/networking/core/cluster_traffic_policy.go).
 */
export function ejects(outlierDetection: Node | undefined): boolean {
  if (outlierDetection === undefined) return false;
  const of = (key: string) => integerOf(nodeAt(outlierDetection, key));
  const hasOthers =
    (of("consecutiveGatewayErrors") ?? 0) > 0 || (of("consecutiveLocalOriginFailures") ?? 0) > 0;
  return of("consecutive5xxErrors") !== 0 || hasOthers;
}
