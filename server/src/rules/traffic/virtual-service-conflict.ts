import { t } from "../../model/message.ts";
import { itemsOf, type Node, nodeAt, present, sameValue, stringOf } from "../../model/node.ts";
import { type Resource, titleOf } from "../../model/resource.ts";
import { gatewayName } from "../../traffic/gateway-lookup.ts";
import { gatewaysOf } from "../../traffic/istio.ts";
import { areSame, namespacesOf } from "../../traffic/istio-host.ts";
import { ANY_REQUEST, coversMatch } from "../../traffic/istio-match.ts";
import { exportsOf, type Rival } from "../../traffic/rivals.ts";
import { nameOfRoute, type SplitRoute, splitsOf } from "../../traffic/weighted-route.ts";
import { hostsOf } from "../../workspace/indexes.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import type { Conflict } from "./destination-rule-conflict.ts";

/**
 * What goes wrong with two VirtualServices for one host. Sidecars take the older one and drop the other
 * (istio pilot/pkg/networking/core/httproute.go). On a gateway the routes of both are put together: routes for
 * everything go last, the order of the others is not defined (pilot/pkg/networking/core/route/route.go,
 * SortVHostRoutes), so it must not matter.
 */
export function conflictOfServices(snapshot: Snapshot, own: Resource, rival: Rival): Conflict | undefined {
  const { other, host } = rival;
  if (exportsOf(own) !== exportsOf(other)) return undefined;
  const routes = routesFor(own, "mesh");
  if (routes.length > 0 && routesFor(other, "mesh").length > 0) {
    return {
      at: own.at(["spec", "hosts", hostsOf(own).indexOf(host)]),
      other: other.at("spec.hosts"),
      message: t(
        "VirtualServices {other} and {own} are both for {host} inside the mesh, where Istio takes only the one that was created first: the http routes of the other ({otherCount} of {other}, {count} of {own}) have no effect for callers in the mesh. Put them into one.",
        {
          own: own.name ?? "",
          other: other.name ?? "",
          host,
          count: routes.length,
          otherCount: routesFor(other, "mesh").length,
        },
      ),
    };
  }
  for (const gateway of sharedGateways(snapshot, own, other)) {
    const found = conflictAt(own, rival, gateway);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A gateway that both are bound to, as each of them writes it. */
interface SharedGateway {
  readonly own: string;
  readonly other: string;
}

function sharedGateways(snapshot: Snapshot, own: Resource, other: Resource): readonly SharedGateway[] {
  const names = (resource: Resource) =>
    (gatewaysOf(resource) ?? [])
      .filter((text) => text !== "mesh")
      .map((text) => ({ text, ...gatewayName(text, namespacesOf(snapshot, resource)) }));
  const others = names(other);
  return names(own).flatMap(({ text, name, namespaces }) => {
    const twin = others.find((one) => one.name === name && areSame(one.namespaces, namespaces));
    return twin === undefined ? [] : [{ own: text, other: twin.text }];
  });
}

/** A longer list is not written by hand, and each pair of matches is compared. */
const MOST = 300;

function conflictAt(own: Resource, { other, host }: Rival, gateway: SharedGateway): Conflict | undefined {
  const mine = routesFor(own, gateway.own);
  const theirs = routesFor(other, gateway.other);
  if (mine.length > MOST || theirs.length > MOST) return undefined;
  for (const a of mine) {
    const b = theirs.find((route) => !isSame(a, route) && clash(a, route, gateway));
    if (b === undefined) continue;
    const values = {
      own: own.name ?? "",
      other: other.name ?? "",
      host,
      gateway: gateway.own,
      route: nameOfRoute(a),
      otherRoute: nameOfRoute(b),
    };
    return {
      at: own.locate(titleOf(a.node)),
      other: other.locate(titleOf(b.node)),
      message: isGeneral(a, gateway.own)
        ? t(
            "VirtualServices {other} and {own} both have a route for all requests of {host} on gateway {gateway} ({otherRoute}, {route}). Their routes are merged in an order that Istio does not define: one of the two never gets a request. Keep one of them.",
            values,
          )
        : t(
            "VirtualServices {other} and {own} both route the same requests for {host} on gateway {gateway} ({otherRoute}, {route}). Their routes are merged in an order that Istio does not define, so which of the two answers may change. Put them into one VirtualService, in the order that is meant.",
            values,
          ),
    };
  }
  return undefined;
}

/** Whether one of the two takes requests that the other asks for too, and the order decides who gets them. */
function clash(a: SplitRoute, b: SplitRoute, gateway: SharedGateway): boolean {
  const generalA = isGeneral(a, gateway.own);
  const generalB = isGeneral(b, gateway.other);
  // A route for everything goes behind all others, whoever says so.
  if (generalA || generalB) return generalA && generalB;
  return matchesAt(a, gateway.own).some((one) =>
    matchesAt(b, gateway.other).some(
      (two) =>
        coversMatch(plain(one), plain(two), undefined) || coversMatch(plain(two), plain(one), undefined),
    ),
  );
}

function isGeneral(route: SplitRoute, gateway: string): boolean {
  if (route.matches.length === 0) return true;
  return matchesAt(route, gateway).some((match) => coversMatch(plain(match), ANY_REQUEST, undefined));
}

/** The http routes that a gateway (or `mesh`) sees, but for those for some callers only. */
function routesFor(resource: Resource, gateway: string): readonly SplitRoute[] {
  if (gatewaysOf(resource)?.includes(gateway) !== true) return [];
  return splitsOf(resource).filter(
    (route) =>
      route.protocol === "http" && (route.matches.length === 0 || matchesAt(route, gateway).length > 0),
  );
}

function matchesAt(route: SplitRoute, gateway: string): readonly Node[] {
  return route.matches.filter((match) => {
    const named = itemsOf(nodeAt(match, "gateways")).map(stringOf);
    const isForSome = ["sourceLabels", "sourceNamespace"].some(
      (key) => present(nodeAt(match, key)) !== undefined,
    );
    return !isForSome && (named.length === 0 || named.includes(gateway));
  });
}

/** The match without what says where it counts. */
function plain(match: Node): Node {
  if (match.kind !== "map") return match;
  return { ...match, entries: match.entries.filter(({ key }) => key.source !== "gateways") };
}

function isSame(a: SplitRoute, b: SplitRoute): boolean {
  return (
    sameValue(present(nodeAt(a.node, "route")), present(nodeAt(b.node, "route"))) && a.list !== undefined
  );
}
