import { type Message, t } from "../../model/message.ts";
import { entriesOf, itemsOf, type Node, nodeAt, present, sameValue, stringOf } from "../../model/node.ts";
import type { Location, Resource } from "../../model/resource.ts";
import { areSame, namespacesOf } from "../../traffic/istio-host.ts";
import { exportsOf, type Rival } from "../../traffic/rivals.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";

/** What two resources disagree about, and where. */
export interface Conflict {
  readonly at: Location;
  readonly other: Location;
  readonly message: Message;
}

/**
 * What Istio drops when it merges two DestinationRules of one namespace for one host: subsets of different names
 * are put together, but of two traffic policies, or two subsets of one name, only those of the older rule count
 * (istio pilot/pkg/model/destination_rule.go). Rules for other clients or other workloads are not merged.
 */
export function conflictOfRules(
  snapshot: Snapshot,
  own: Resource,
  { other, host }: Rival,
): Conflict | undefined {
  const isMerged =
    areSame(namespacesOf(snapshot, own), namespacesOf(snapshot, other)) &&
    exportsOf(own) === exportsOf(other) &&
    sameValue(own.get("spec.workloadSelector"), other.get("spec.workloadSelector"));
  if (!isMerged) return undefined;
  const values = { own: own.name ?? "", other: other.name ?? "", host };
  const policy = own.get("spec.trafficPolicy");
  const otherPolicy = other.get("spec.trafficPolicy");
  if (isSaid(policy) && isSaid(otherPolicy) && !sameValue(policy, otherPolicy)) {
    return {
      at: own.at("spec.trafficPolicy"),
      other: other.at("spec.trafficPolicy"),
      message: t(
        "DestinationRules {other} and {own} are both for {host}. Istio merges them, but only the trafficPolicy of the one that was created first counts: either {keys} of {own} or {otherKeys} of {other} has no effect. Put them into one.",
        { ...values, keys: keysOf(policy), otherKeys: keysOf(otherPolicy) },
      ),
    };
  }
  return conflictOfSubsets(own, other, values);
}

function conflictOfSubsets(
  own: Resource,
  other: Resource,
  values: Readonly<Record<string, string>>,
): Conflict | undefined {
  const others = new Map(
    itemsOf(other.get("spec.subsets")).flatMap((node, i) => {
      const name = stringOf(nodeAt(node, "name"));
      return name === undefined ? [] : [[name, { node, i }] as const];
    }),
  );
  for (const [i, node] of itemsOf(own.get("spec.subsets")).entries()) {
    const subset = stringOf(nodeAt(node, "name"));
    const twin = subset === undefined ? undefined : others.get(subset);
    if (subset === undefined || twin === undefined || sameValue(node, twin.node)) continue;
    return {
      at: own.at(["spec", "subsets", i, "name"]),
      other: other.at(["spec", "subsets", twin.i, "name"]),
      message: t(
        "DestinationRules {other} and {own} both give {host} a subset {subset}, and not the same one. Istio merges them and keeps the subset of the one that was created first: the other has no effect. Keep one of the two.",
        { ...values, subset },
      ),
    };
  }
  return undefined;
}

function isSaid(policy: Node | undefined): boolean {
  return policy?.kind === "map" && policy.entries.length > 0;
}

function keysOf(policy: Node | undefined): string {
  return entriesOf(policy)
    .filter(({ value }) => present(value) !== undefined)
    .map(({ key }) => key.source)
    .join(", ");
}
