import { appendItem } from "../../fixes/list-edit.ts";
import type { Value } from "../../fixes/style.ts";
import { type Message, t } from "../../model/message.ts";
import { entriesOf, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { allSubsets, lookUpRules, otherVirtualServices } from "../../traffic/destination-rules.ts";
import { type Gap, onlyPathsInMesh, selectiveGap } from "../../traffic/gaps.ts";
import { gatewaysOf } from "../../traffic/istio.ts";
import { formatHost, istioHost, mayMeet, namespacesOf } from "../../traffic/istio-host.ts";
import { shorten } from "../../traffic/shares.ts";
import { type SplitRoute, splitsOf } from "../../traffic/weighted-route.ts";
import { hostsOf } from "../../workspace/indexes.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";
import { ROOT_NAMESPACE, type RootNamespace } from "./root-namespace.ts";
import { hasDelegate, hasUnknown, isReplaced } from "./written.ts";

interface Missing {
  /** The path that the default is for; undefined: every path. */
  readonly path: Problem["path"];
  readonly target: Target;
}

/** Where a default route leads. */
interface Target {
  readonly host: string;
  readonly subset: string | undefined;
  readonly port: number | undefined;
}

export default defineRule<Missing, RootNamespace>({
  id: "route-default-missing",
  title: "No route for the other requests",
  severity: "warning",
  appliesTo: ["networking.istio.io/*/VirtualService"],
  needsWholeWorkspace: true,
  options: ROOT_NAMESPACE,
  docs: {
    why: "A VirtualService replaces the routes that a host had. When every http route asks for a header, a cookie or a caller, all other requests match nothing and get 404: users without the label of the A/B test, health checks, search engines.",
    how: "End the list with a route without `match`. The rule speaks up where some requests of a path are routed and the others of the same path are not, and where a Service inside the mesh keeps only some of its paths. It leaves alone a gateway that serves only some paths, routes told apart by method or protocol, delegate VirtualServices, and hosts for which another VirtualService in scope has the default. When the 404 is meant, say so with a `nines-ignore` comment and the reason.",
    sources: [
      "https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute",
      "https://istio.io/latest/docs/ops/best-practices/traffic-management/#set-default-routes-for-services",
    ],
  },
  check(resource, context) {
    const { snapshot, options } = context;
    const routes = splitsOf(resource).filter(({ protocol }) => protocol === "http");
    const list = resource.get("spec.http");
    if (routes.length === 0 || list?.kind !== "seq" || routes.length !== list.items.length) return;
    if (hostsOf(resource).length === 0 || routes.some(hasDelegate) || hasUnknown(list)) return;
    if (routes.some(({ matches }) => matches.length === 0)) return;
    if (isReplaced(snapshot, resource, "spec.http")) return;
    const found = problemOf(snapshot, resource, routes);
    if (found === undefined || hasDefaultElsewhere(snapshot, resource)) return;
    const target = defaultTarget(snapshot, resource, found.routes, options.rootNamespace);
    if (target === undefined) return;
    context.report(resource.at("spec.http"), found.message, { path: found.path, target });
  },
  fixes: [
    {
      id: "add-default-route",
      title: ({ target: { host, subset } }) =>
        t("Add a route that sends the other requests to {target}", {
          target: subset === undefined ? host : `${host}/${subset}`,
        }),
      // Nobody but the author knows which version everybody else should get.
      preferred: false,
      needsConfirmation: true,
      edits({ path, target }, resource) {
        const list = resource.get("spec.http");
        const match = pathValue(path);
        if (list?.kind !== "seq" || match === undefined) return undefined;
        const { host, subset, port } = target;
        const destination: Value = {
          host,
          ...(subset === undefined ? {} : { subset }),
          ...(port === undefined ? {} : { port: { number: port } }),
        };
        return [appendItem(resource.document, list, { ...match, route: [{ destination }] })];
      },
    },
  ],
});

/** Requests that get 404. */
interface Problem {
  readonly message: Message;
  /** The match of a route for them, as far as it asks for a path; undefined: any path. */
  readonly path: Pick<Gap, "path" | "isCaseless"> | undefined;
  /** Where the others go. */
  readonly routes: readonly SplitRoute[];
}

/** What is not routed and what to say about it; undefined when nothing is missing. */
function problemOf(
  snapshot: Snapshot,
  resource: Resource,
  routes: readonly SplitRoute[],
): Problem | undefined {
  const gap = selectiveGap(routes, gatewaysOf(resource));
  const paths = onlyPathsInMesh(routes);
  const host = ownServiceOf(snapshot, resource, routes);
  if (gap !== undefined) {
    // Where other paths lead nowhere either, one route is for all of them.
    const isForAll = gap.path === undefined || (paths !== undefined && host !== undefined);
    return { message: gapMessage(gap), path: isForAll ? undefined : gap, routes: gap.routes };
  }
  if (paths === undefined || host === undefined) return undefined;
  const message = t(
    "Only the paths {paths} of {host} are routed: inside the mesh every other path gets 404, although the Service behind it may answer. Add a route without match at the end.",
    { paths: shorten(paths), host },
  );
  return { message, path: undefined, routes };
}

function gapMessage({ conditions, path }: Gap): Message {
  const [entry] = entriesOf(path);
  const values = { conditions: shorten(conditions), path: stringOf(entry?.value) ?? "" };
  return path === undefined
    ? t(
        "Every http route has a match, on {conditions}: all other requests match no route and get 404. Add a route without match at the end.",
        values,
      )
    : t(
        "Every route for the path {path} asks for more, {conditions}: all other requests to it match no route and get 404. Add a route for them at the end.",
        values,
      );
}

/** The Service that a VirtualService of the mesh is about, where it routes to that very Service. */
function ownServiceOf(
  snapshot: Snapshot,
  resource: Resource,
  routes: readonly SplitRoute[],
): string | undefined {
  if (gatewaysOf(resource)?.includes("mesh") !== true) return undefined;
  const namespaces = namespacesOf(snapshot, resource);
  const targets = routes.flatMap(({ destinations }) =>
    destinations.flatMap(({ host }) => (host.state === "known" ? [istioHost(host.value, namespaces)] : [])),
  );
  const own = hostsOf(resource)
    .map((text) => istioHost(text, namespaces))
    .find((host) => host.kind === "service" && targets.some((target) => mayMeet(host, target)));
  return own === undefined ? undefined : formatHost(own);
}

/** Routes of several VirtualServices for one host are merged on a gateway, so any of them may hold the default. */
function hasDefaultElsewhere(snapshot: Snapshot, resource: Resource): boolean {
  return otherVirtualServices(snapshot, resource).some((other) => {
    const routes = splitsOf(other).filter(({ protocol }) => protocol === "http");
    return (
      selectiveGap(routes, gatewaysOf(other)) === undefined ||
      routes.some(({ matches }) => matches.length === 0)
    );
  });
}

/**
 * Where to send everybody else: the first subset in use that a DestinationRule has (the control group of an A/B
 * test), where several are in use; else one that is not in use (the stable version beside the canary); else the
 * host as a whole.
 */
function defaultTarget(
  snapshot: Snapshot,
  resource: Resource,
  routes: readonly SplitRoute[],
  rootNamespace: string,
): Target | undefined {
  const destinations = routes.flatMap((route) => route.destinations);
  const first = destinations[0];
  if (first?.host.state !== "known") return undefined;
  const host = first.host.value;
  const port = first.port.state === "known" ? first.port.value : undefined;
  const used = destinations.flatMap(({ subset }) => (subset.state === "known" ? [subset.value] : []));
  const { serving } = lookUpRules(snapshot, resource, host, rootNamespace);
  const known = [...allSubsets(serving)];
  const isUsed = new Set(used);
  const inUse = new Set(known.filter((name) => isUsed.has(name)));
  const control = used.find((name) => inUse.has(name));
  const subset = inUse.size > 1 ? control : known.find((name) => !isUsed.has(name));
  return { host, subset: used.length === 0 ? undefined : subset, port };
}

/** The match of the default: none, or the path condition as it is written. */
function pathValue(gap: Problem["path"]): { readonly match?: Value } | undefined {
  if (gap === undefined) return {};
  const [entry, second] = entriesOf(gap.path);
  const text = stringOf(entry?.value);
  if (entry === undefined || text === undefined || second !== undefined) return undefined;
  const uri = { [entry.key.source]: text };
  return { match: [gap.isCaseless ? { uri, ignoreUriCase: true } : { uri }] };
}
