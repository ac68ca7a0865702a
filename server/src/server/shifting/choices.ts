import { SHIFT_TYPES, type ShiftTarget } from "../../features/shift-targets.ts";
import { istioHost } from "../../traffic/istio-host.ts";
import type { Cluster, KubeObject, Outcome } from "../../traffic/shift/cluster.ts";
import { recordsOf } from "../../traffic/shift/goals/dns.ts";
import { at, listOf, textAt } from "../../traffic/shift/json.ts";
import { nameOfLeg } from "../../traffic/shift/leg.ts";
import { readRules, subsetNames } from "../../traffic/shift/reading/destination-rules.ts";
import { ROOT_NAMESPACE } from "../../traffic/shift/reading/sides.ts";
import { routesOfObject, shareOf } from "../../traffic/shift/route.ts";
import type { ShiftChoices, ShiftObject } from "./messages.ts";

/** What an object offers to choose from, as it is now. */
export async function readChoices(
  cluster: Cluster,
  { kind, name }: ShiftObject,
  namespace: string,
  signal: AbortSignal,
): Promise<Outcome<ShiftChoices>> {
  const live = await cluster.get({ type: SHIFT_TYPES[kind], namespace, name }, signal);
  if (!live.ok) return live;
  return {
    ok: true,
    value: {
      records:
        kind === "DNSEndpoint" ? recordsOf(live.value).map(({ index: _, ttl: __, ...record }) => record) : [],
      externalClusters: kind === "Cluster" ? externalClusters(live.value) : [],
    },
  };
}

function externalClusters(object: KubeObject): readonly string[] {
  return listOf(at(object, "spec", "externalClusters")).flatMap((item) => textAt(item, "name") ?? []);
}

/**
 * The routes of a namespace in front of which an A/B test can put its header routes: those without conditions. Their
 * destinations are all that a variant may go to: those of the route, and every subset of its hosts.
 */
export async function abTargets(
  cluster: Cluster,
  namespace: string,
  signal: AbortSignal,
): Promise<Outcome<readonly ShiftTarget[]>> {
  const [services, rules] = await Promise.all([
    cluster.list(SHIFT_TYPES.VirtualService, { namespace }, (object) => object, signal),
    readRules(cluster, [namespace, ROOT_NAMESPACE], signal),
  ]);
  if (!services.ok) return services;
  // Without the rules there are the route's own destinations, and those that a person types.
  const known = rules.known ? rules.value : [];
  return { ok: true, value: services.value.flatMap((object) => targetsOf(object, namespace, known)) };
}

function targetsOf(object: KubeObject, namespace: string, rules: readonly KubeObject[]): ShiftTarget[] {
  return routesOfObject(object)
    .filter(({ list, takesAll }) => list === "http" && takesAll)
    .map((route) => {
      const own = route.legs.map((leg) => ({ name: nameOfLeg(leg), share: shareOf(route, leg) }));
      const subsets = [...new Set(route.legs.map(({ host }) => host))].flatMap((host) =>
        subsetNames(rules, [namespace, ROOT_NAMESPACE], istioHost(host, new Set([namespace]))).map((subset) =>
          nameOfLeg({ host, subset }),
        ),
      );
      const others = [...new Set(subsets)].filter((name) => own.every((leg) => leg.name !== name));
      return {
        kind: "VirtualService" as const,
        namespace,
        name: object.metadata.name,
        uri: undefined,
        route: `${route.list}[${route.index}]`,
        destinations: [...own, ...others.map((name) => ({ name, share: 0 }))],
      };
    });
}
