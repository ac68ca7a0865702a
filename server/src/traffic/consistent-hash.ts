import { type Node, nodeAt, present, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { policiesOf, type TrafficPolicy } from "./policies.ts";
import type { Destination } from "./weighted-route.ts";

/** By what a consistent hash keeps a client on one endpoint. */
export type HashKey =
  | { readonly kind: "header" | "cookie" | "query"; readonly name: string }
  | { readonly kind: "address" };

/**
 * The `consistentHash` that a DestinationRule gives to a destination: of the subset, else of the host, of the
 * destination's port before the others (istio pilot/pkg/networking/core/route/route.go, HashForHTTPDestination).
 * None where the policy that counts for the endpoints balances in another way.
 */
export function hashFor(rule: Resource, { subset, port }: Destination): Node | undefined {
  const number = port.state === "known" ? String(port.value) : undefined;
  const isForPort = ({ isForPort, node }: TrafficPolicy) =>
    isForPort && number !== undefined && stringOf(nodeAt(node, "port.number")) === number;
  const name = subset.state === "known" ? subset.value : "";
  const policies = policiesOf(rule);
  const ofSubset = policies.filter((one) => name !== "" && stringOf(nodeAt(one.subset, "name")) === name);
  const ofHost = policies.filter((one) => one.subset === undefined);
  const order = [ofSubset, ofHost].flatMap((list) => [
    list.find(isForPort),
    list.find((policy) => !policy.isForPort),
  ]);
  const balancer = order.flatMap((policy) => present(nodeAt(policy?.node, "loadBalancer")) ?? [])[0];
  return present(nodeAt(balancer, "consistentHash"));
}

/** What it goes by; undefined when unreadable, or when it hashes nothing. */
export function hashKeyOf(hash: Node): HashKey | undefined {
  const text = (path: string) => stringOf(nodeAt(hash, path));
  const cookie = text("httpCookie.name");
  if (cookie !== undefined) return { kind: "cookie", name: cookie };
  const header = text("httpHeaderName");
  if (header !== undefined) return { kind: "header", name: header };
  const query = text("httpQueryParameterName");
  if (query !== undefined) return { kind: "query", name: query };
  return text("useSourceIp") === "true" ? { kind: "address" } : undefined;
}
