import { type Message, t } from "../../model/message.ts";
import { type MapNode, type Node, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { withoutOtherEnvironments } from "../../traffic/destination-rules.ts";
import { areSame, mayIntersect, namespacesOf } from "../../traffic/istio-host.ts";
import {
  type NamedRoutes,
  type NamedService,
  routesNamedBy,
  routingByService,
  type ServicePair,
  servicePairsOf,
} from "../../traffic/rollout-services.ts";
import { lookUpHost } from "../../traffic/service-lookup.ts";
import { shorten } from "../../traffic/shares.ts";
import { splitsOf } from "../../traffic/weighted-route.ts";
import { isTogether } from "../../workspace/scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { isAllVisible } from "../../workspace/surroundings.ts";
import { defineRule, type RuleContext } from "../rule.ts";
import { isReplaced } from "./written.ts";

type Context = RuleContext<void, object>;

export default defineRule({
  id: "rollout-services-missing",
  title: "Rollout without the Services or routes that it steers by",
  severity: "error",
  appliesTo: ["argoproj.io/*/Rollout"],
  needsWholeWorkspace: true,
  inCluster: ["/Service", "networking.istio.io/VirtualService"],
  docs: {
    why: "Argo Rollouts tells its two versions apart by two Services, whose selectors it changes, and moves the weights of named routes. With a Service missing or one Service for both, or with a route name that the VirtualService does not have, the controller marks the Rollout as invalid (`InvalidSpec`) and stops: new versions are not rolled out at all, and a rollout that is under way stays where it is.",
    how: "Name two different Services that exist in the Rollout's namespace, and give the routes of the VirtualService the names that the Rollout lists. With `trafficRouting.istio.destinationRule` subsets take the Services' place. A Service that is not in the workspace is reported (as a warning) only where the other one of the pair is deployed together with the Rollout and everything there is visible.",
    sources: [
      "https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/",
      "https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/",
      "https://github.com/argoproj/argo-rollouts/blob/v1.8.3/pkg/apis/rollouts/validation/validation.go",
      "https://github.com/argoproj/argo-rollouts/blob/v1.8.3/pkg/apis/rollouts/validation/validation_references.go",
    ],
  },
  check(resource, context) {
    if (isReplaced(context.snapshot, resource, "spec.strategy")) return;
    for (const pair of servicePairsOf(resource)) {
      if (pair.node.entries.some(({ key }) => key.unknown)) continue;
      const routing = pair.first.key === "stableService" ? routingByService(pair.node) : undefined;
      if (routing !== undefined) checkRequired(resource, pair, routing, context);
      checkPair(resource, pair, context);
    }
    const canary = resource.get("spec.strategy.canary");
    if (canary?.kind === "map") checkRoutes(resource, canary, context);
  },
});

function checkRequired(resource: Resource, pair: ServicePair, routing: string, context: Context): void {
  const absent = [pair.first, pair.second].filter(
    ({ name }) => name.state === "absent" || (name.state === "known" && name.value === ""),
  );
  if (absent.length === 0) return;
  context.report(
    resource.at([...pair.path, "trafficRouting"]),
    t(
      "Traffic routing by {routing} needs {keys}: without it the controller marks the Rollout as invalid, and no new version is rolled out. Name the Service.",
      { routing, keys: absent.map(({ key }) => key).join(" + ") },
    ),
    undefined,
    { evidence: [pair.node] },
  );
}

/** Both the same, or one of them nowhere although the other is here. */
function checkPair(resource: Resource, { first, second }: ServicePair, context: Context): void {
  if (first.name.state !== "known" || second.name.state !== "known") return;
  const { node, value } = second.name;
  if (first.name.value === value && value !== "") {
    context.report(
      resource.locate(node),
      t(
        "{first} and {second} are both {name}: the two versions cannot be told apart, the controller marks the Rollout as invalid, and no new version is rolled out. Use two Services.",
        { first: first.key, second: second.key, name: value },
      ),
    );
    return;
  }
  reportMissing(resource, first, second, context);
  reportMissing(resource, second, first, context);
}

function reportMissing(resource: Resource, one: NamedService, other: NamedService, context: Context): void {
  const { snapshot } = context;
  if (one.name.state !== "known" || other.name.state !== "known" || one.name.value === "") return;
  const { value, node } = one.name;
  if (!isHere(snapshot, resource, other.name.value) || !isNowhere(snapshot, resource, value)) return;
  context.report(
    resource.locate(node),
    t(
      "No Service in this workspace is {name}, although {other} is deployed together with this Rollout. Unless it is kept elsewhere, the controller marks the Rollout as invalid, and no new version is rolled out. Add the Service or correct {key}.",
      { name: value, other: other.name.value, key: one.key },
    ),
    undefined,
    { severity: "warning" },
  );
}

function isHere(snapshot: Snapshot, rollout: Resource, name: string): boolean {
  return lookUpHost(snapshot, rollout, name).found.some(
    (service) =>
      isTogether(snapshot, rollout, service) &&
      areSame(namespacesOf(snapshot, service), namespacesOf(snapshot, rollout)),
  );
}

function isNowhere(snapshot: Snapshot, rollout: Resource, name: string): boolean {
  const { uri } = rollout.document;
  const { found, unreadable } = lookUpHost(snapshot, rollout, name);
  if (found.length > 0 || unreadable.length > 0 || name.includes(".")) return false;
  return !snapshot.layout.isRenamed(uri) && isAllVisible(snapshot, rollout);
}

function checkRoutes(resource: Resource, canary: MapNode, context: Context): void {
  for (const named of routesNamedBy(canary)) {
    const names = routeNamesOf(context.snapshot, resource, named);
    if (names === undefined) continue;
    for (const node of named.routes) {
      const name = stringOf(node);
      if (name === undefined || names.has(name)) continue;
      context.report(resource.locate(node), noRoute(named, name, names));
    }
  }
}

function noRoute(named: NamedRoutes, name: string, names: ReadonlySet<string>): Message {
  const values = { route: name, service: named.name, names: shorten(names) };
  return names.size === 0
    ? t(
        "VirtualService {service} has no http route with the name {route}, and none of its routes has a name: the controller cannot move any traffic, and the rollout stays at its first step. Name the route.",
        values,
      )
    : t(
        "VirtualService {service} has no http route with the name {route}, only {names}: the controller cannot move any traffic, and the rollout stays at its first step. Correct the name.",
        values,
      );
}

/** Names of the http routes of the VirtualService, where it is certain which one is meant and what it says. */
function routeNamesOf(
  snapshot: Snapshot,
  rollout: Resource,
  { name, namespace }: NamedRoutes,
): ReadonlySet<string> | undefined {
  const wanted = namespace === undefined ? namespacesOf(snapshot, rollout) : new Set([namespace]);
  const all = snapshot.find("name", `networking.istio.io/VirtualService/${name}`);
  const found = withoutOtherEnvironments(
    snapshot,
    rollout,
    all.filter((service) => mayIntersect(namespacesOf(snapshot, service), wanted)),
  );
  const [service] = found;
  if (service === undefined || found.length > 1 || !isWhole(snapshot, service)) return undefined;
  const isMeant = isTogether(snapshot, rollout, service) || wanted !== undefined;
  if (!isMeant || !areSame(namespacesOf(snapshot, service), wanted)) return undefined;
  const routes = splitsOf(service).filter(({ protocol }) => protocol === "http");
  return routes.length === 0 ? undefined : new Set(routes.flatMap((route) => route.name ?? []));
}

function isWhole(snapshot: Snapshot, service: Resource): boolean {
  const list: Node | undefined = service.get("spec.http");
  return (
    snapshot.layout.completenessOf(service) === "complete" &&
    !isReplaced(snapshot, service, "spec.http") &&
    list?.kind === "seq" &&
    !service.document.isMasked(list.range)
  );
}
