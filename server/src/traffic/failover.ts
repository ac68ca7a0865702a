import { booleanOf, itemsOf, type MapNode, type Node, nodeAt, present, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { effective, policiesOf, type TrafficPolicy } from "./policies.ts";

/** A `localityLbSetting` that is switched on, and what it asks for. */
export interface Failover {
  readonly policy: TrafficPolicy;
  readonly setting: MapNode;
  /** `enabled`: nothing but that, which is failover by region, zone and sub-zone. */
  readonly kind: "failover" | "failoverPriority" | "distribute" | "enabled";
  /** `failover` and `distribute` are both there, which Istio rejects. */
  readonly isBoth: boolean;
  /** The outlier detection that counts with it. */
  readonly outlierDetection: Node | undefined;
}

const KINDS = ["distribute", "failover", "failoverPriority"] as const;

/**
 * The locality settings of a DestinationRule, of its ports and subsets (istio.io/api destination_rule.proto,
 * LocalityLoadBalancerSetting). `distribute` comes before the others; `enabled: false` switches all of it off.
 */
export function failoversOf(rule: Resource): readonly Failover[] {
  return policiesOf(rule).flatMap((policy) => {
    const setting = present(nodeAt(policy.node, "loadBalancer.localityLbSetting"));
    if (setting?.kind !== "map") return [];
    const written = present(nodeAt(setting, "enabled"));
    if (written !== undefined && booleanOf(written) !== true) return [];
    const has = (key: string) => itemsOf(nodeAt(setting, key)).length > 0;
    const kind = KINDS.find(has) ?? (written === undefined ? undefined : "enabled");
    if (kind === undefined) return [];
    return [
      {
        policy,
        setting,
        kind,
        isBoth: has("distribute") && has("failover"),
        outlierDetection: effective(policy, "outlierDetection"),
      },
    ];
  });
}

/** What it does, for people: `dc-a → dc-b`, the localities that share, the labels that are compared. */
export function partsOf({ setting, kind }: Failover): readonly string[] {
  const text = (node: Node | undefined, path: string) => stringOf(nodeAt(node, path)) ?? "?";
  switch (kind) {
    case "failover":
      return itemsOf(nodeAt(setting, "failover")).map(
        (item) => `${text(item, "from")} → ${text(item, "to")}`,
      );
    case "distribute":
      return itemsOf(nodeAt(setting, "distribute")).map((item) => text(item, "from"));
    case "failoverPriority":
      return itemsOf(nodeAt(setting, "failoverPriority")).flatMap((item) => stringOf(item) ?? []);
    case "enabled":
      return [];
  }
}

/** Outlier detection under which a whole locality may leave, and nothing leaves for a single error. */
export const OUTLIER_DETECTION = {
  consecutive5xxErrors: 5,
  interval: "10s",
  baseEjectionTime: "30s",
  maxEjectionPercent: 100,
} as const;
