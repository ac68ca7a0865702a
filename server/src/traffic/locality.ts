import {
  entriesOf,
  field,
  integerOf,
  itemsOf,
  type MapNode,
  type Node,
  nodeAt,
  present,
  type Step,
  stringOf,
} from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { policiesOf } from "./policies.ts";
import type { LocalitySplit } from "./weighted-route.ts";

/**
 * Every `localityLbSetting.distribute` of a DestinationRule: of the rule, of its ports, of its subsets and of
 * their ports (istio.io/api destination_rule.proto).
 */
export function localitySplits(resource: Resource): readonly LocalitySplit[] {
  return policiesOf(resource).flatMap(({ node, path }) => splitsIn(resource, node, path));
}

const DISTRIBUTE = ["loadBalancer", "localityLbSetting", "distribute"];

function splitsIn(resource: Resource, policy: Node, path: readonly Step[]): readonly LocalitySplit[] {
  return itemsOf(nodeAt(policy, DISTRIBUTE)).flatMap((node, i) => {
    const map = present(nodeAt(node, "to"));
    if (node.kind !== "map" || map?.kind !== "map") return [];
    return [splitOf(resource, node, map, [...path, ...DISTRIBUTE, i])];
  });
}

function splitOf(resource: Resource, node: MapNode, map: MapNode, path: readonly Step[]): LocalitySplit {
  return {
    kind: "locality",
    platform: "istio",
    resource,
    path,
    node,
    map,
    from: field(nodeAt(node, "from"), stringOf),
    destinations: entriesOf(map).map(({ key, value }) => ({
      locality: key.source,
      node: value,
      weight: field(value, integerOf),
    })),
  };
}
