import type { Resource } from "../../model/resource.ts";
import type { TrafficPolicy } from "../../traffic/policies.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { isReplaced } from "./written.ts";

/** Whether an overlay replaces a policy of a DestinationRule, or one that it inherits from. */
export function isPolicyReplaced(snapshot: Snapshot, rule: Resource, { subset }: TrafficPolicy): boolean {
  return (
    isReplaced(snapshot, rule, "spec.trafficPolicy") ||
    (subset !== undefined && isReplaced(snapshot, rule, "spec.subsets"))
  );
}
