import type { DocumentEdit } from "../fixes/edit.ts";
import { addResource } from "../fixes/resource-edit.ts";
import type { Value } from "../fixes/style.ts";
import type { Resource } from "../model/resource.ts";
import { isForMany, lookUpRules } from "../traffic/destination-rules.ts";
import { istioHost, namespacesOf } from "../traffic/istio-host.ts";
import { isTogether, mayShareNamespace } from "../workspace/scope.ts";
import type { World } from "./refactoring.ts";
import { rootNamespaceFor } from "./writable.ts";

const TYPE = "networking.istio.io/DestinationRule";

/** The DestinationRule that serves a host: the one there is, none at all, or nothing that can be told for certain. */
export type HostRule =
  | { readonly state: "there"; readonly rule: Resource }
  | { readonly state: "none" }
  | { readonly state: "unclear" };

/** Looks the rule of a host up as Istio does for the clients of a VirtualService. */
export function hostRuleFor(service: Resource, host: string, world: World): HostRule {
  const lookup = lookUpRules(world.snapshot, service, host, rootNamespaceFor(service, world));
  const [rule, ...more] = lookup.serving;
  if (lookup.unreadable.length > 0 || more.length > 0) return { state: "unclear" };
  if (rule === undefined) return { state: lookup.passedOver.length > 0 ? "unclear" : "none" };
  // A rule for one host would take the place of the one for many, with all that it says.
  return isForMany(rule) ? { state: "unclear" } : { state: "there", rule };
}

/** Adds a DestinationRule for a host below a VirtualService; undefined where its name is taken, or in a JSON file. */
export function createHostRule(
  service: Resource,
  host: string,
  spec: { readonly [key: string]: Value },
  { snapshot }: World,
): readonly DocumentEdit[] | undefined {
  const asked = istioHost(host, namespacesOf(snapshot, service));
  if (asked.kind === "wildcard") return undefined;
  const { name } = asked;
  const isTaken = snapshot
    .find("name", `${TYPE}/${name}`)
    .some((other) => isTogether(snapshot, service, other) && mayShareNamespace(snapshot, service, other));
  if (isTaken) return undefined;
  const { namespace } = service;
  const edit = addResource(service, {
    apiVersion: service.apiVersion,
    kind: "DestinationRule",
    metadata: namespace === undefined ? { name } : { name, namespace },
    spec: { host, ...spec },
  });
  return edit === undefined ? undefined : [edit];
}
