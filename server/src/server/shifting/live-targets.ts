import { SHIFT_KINDS, SHIFT_TYPES, type ShiftKind, type ShiftTarget } from "../../features/shift-targets.ts";
import type { Cluster, KubeObject, Outcome } from "../../traffic/shift/cluster.ts";
import { nameOfLeg } from "../../traffic/shift/leg.ts";
import { routesOfObject, shareOf } from "../../traffic/shift/route.ts";

/** Everything in a namespace whose traffic can be shifted; kinds that the cluster lacks have none. */
export async function liveTargets(
  cluster: Cluster,
  namespace: string,
  signal: AbortSignal,
): Promise<Outcome<readonly ShiftTarget[]>> {
  const lists = await Promise.all(
    SHIFT_KINDS.map((kind) =>
      cluster.list(SHIFT_TYPES[kind], { namespace }, (object) => targetsOf(kind, object), signal),
    ),
  );
  const failed = lists.find((list) => !list.ok && list.failure.kind !== "notServed");
  const found = lists.flatMap((list) => (list.ok ? list.value.flat() : []));
  return failed !== undefined && !failed.ok && found.length === 0 ? failed : { ok: true, value: found };
}

function targetsOf(kind: ShiftKind, object: KubeObject): readonly ShiftTarget[] | undefined {
  const { name, namespace } = object.metadata;
  const base = { kind, namespace, name, uri: undefined, route: undefined, destinations: [] };
  if (kind !== "VirtualService" && kind !== "HTTPRoute") return [base];
  return routesOfObject(object)
    .filter(({ legs }) => legs.length > 1)
    .map((route) => ({
      ...base,
      route: `${route.list}[${route.index}]`,
      destinations: route.legs.map((leg) => ({ name: nameOfLeg(leg), share: shareOf(route, leg) })),
    }));
}
