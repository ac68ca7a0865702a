import { type Message, t } from "../../../model/message.ts";
import { istioHost, onlyOne } from "../../istio-host.ts";
import type { Cluster, KubeObject } from "../cluster.ts";
import { labelsAt, textsAt } from "../json.ts";
import { KINDS } from "../kinds.ts";
import { type Leg, legOf, nameOfLeg } from "../leg.ts";
import type { MeteredService } from "../promql.ts";
import { readRules, type Subset, subsetOf } from "./destination-rules.ts";
import { type Backend, type Endpoints, type ReadySlices, readEndpoints } from "./endpoints.ts";
import { type QuotaRoom, readQuotas, readRoom } from "./quotas.ts";
import { known, type Read, readList, readObject, unknown } from "./read.ts";
import { readScaleObjects, type Scale, scaleOf } from "./scale.ts";

/** One destination of a route with everything that stands behind it. */
export interface Side {
  readonly leg: Leg;
  /** What the DestinationRules say; its labels are undefined when nobody defines the subset. */
  readonly subset: Read<Subset>;
  /** Undefined value: there is no such Service or ServiceEntry. */
  readonly endpoints: Read<Endpoints | undefined>;
  readonly scale: Read<Scale>;
  /** What quotas leave for more Pods; undefined value: nothing bounds them, or it is not made of Pods. */
  readonly room: Read<QuotaRoom | undefined>;
  /** Under which name Istio's metrics count it; undefined where its Service is unknown. */
  readonly service: MeteredService | undefined;
  /** The value of `destination_version`; undefined where the Pods have no such label. */
  readonly version: string | undefined;
  /** The value of `destination_workload`, for those without a version. */
  readonly workload: string | undefined;
}

/** Where Istio looks for DestinationRules last, unless the mesh says otherwise. */
export const ROOT_NAMESPACE = "istio-system";

/** Reads what stands behind each destination of a route of `object`. */
export async function readSides(
  cluster: Cluster,
  object: KubeObject,
  legs: readonly Leg[],
  signal: AbortSignal,
): Promise<readonly Side[]> {
  const namespace = object.metadata.namespace ?? "";
  const places = legs.map((leg) => ({ leg, place: placeOf(leg, namespace) }));
  const namespaces = [...new Set(places.map(({ place }) => place.namespace))];
  const slices: ReadySlices = new Map();
  const isIstio = object.kind === "VirtualService";
  const quotas = Promise.all(namespaces.map((place) => readQuotas(cluster, place, signal)));
  const [rules, ...scales] = await Promise.all([
    isIstio
      ? readRules(cluster, [namespace, ...namespaces, ROOT_NAMESPACE], signal)
      : Promise.resolve<Read<readonly KubeObject[]>>(known([])),
    ...namespaces.map((place) => readScaleObjects(cluster, place, signal)),
  ]);
  return Promise.all(
    places.map(async ({ leg, place }): Promise<Side> => {
      const subset: Read<Subset> = rules.known
        ? known(
            subsetOf(
              rules.value,
              [...new Set([namespace, place.namespace, ROOT_NAMESPACE])],
              place.host,
              leg.subset,
            ),
          )
        : rules;
      const backend = await readBackend(cluster, leg, place, namespace, signal);
      const index = namespaces.indexOf(place.namespace);
      const identity = identityOf(scales[index], backend, subset);
      const endpoints = await endpointsOf(cluster, backend, subset, leg, slices, signal);
      return {
        leg: legOf(leg),
        subset,
        endpoints,
        room: await roomFor(cluster, (await quotas)[index] ?? known([]), identity.scale, endpoints, signal),
        service: backend.known && backend.value !== undefined ? meteredOf(backend.value, place) : undefined,
        ...identity,
      };
    }),
  );
}

interface Place {
  readonly host: ReturnType<typeof istioHost>;
  readonly namespace: string;
  /** Undefined for a host that is no Service. */
  readonly service: string | undefined;
  readonly names: readonly string[];
}

function placeOf(leg: Leg, namespace: string): Place {
  const host = istioHost(leg.host, new Set([leg.namespace ?? namespace]));
  if (host.kind !== "service") return { host, namespace, service: undefined, names: [leg.host] };
  const own = onlyOne(host.namespaces) ?? namespace;
  return {
    host,
    namespace: own,
    service: host.name,
    names: [leg.host, `${host.name}.${own}.svc.cluster.local`],
  };
}

async function readBackend(
  cluster: Cluster,
  leg: Leg,
  place: Place,
  namespace: string,
  signal: AbortSignal,
): Promise<Read<Backend | undefined>> {
  if (leg.kind !== undefined)
    return unknown(
      t("{leg} is no Service, so what answers for it is not known. Look at it where it is defined.", {
        leg: nameOfLeg(leg),
      }),
    );
  if (place.service !== undefined) {
    const ref = { type: KINDS.service, namespace: place.namespace, name: place.service };
    const service = readObject(await cluster.get(ref, signal), `Service ${place.service}`);
    if (!service.known) return service;
    if (service.value !== undefined) return known({ kind: "service", object: service.value });
  }
  // One of any namespace may export itself; those of the own one are seen for certain.
  const entries = readList(
    await cluster.list(
      KINDS.serviceEntry,
      { namespace: undefined },
      (entry) =>
        textsAt(entry, "spec", "hosts").some((host) => place.names.includes(host)) ? entry : undefined,
      signal,
    ),
    "ServiceEntries of all namespaces",
  );
  if (entries.known) {
    const near = entries.value.find((entry) => entry.metadata.namespace === namespace) ?? entries.value[0];
    return known(near && { kind: "serviceEntry", object: near });
  }
  const own = readList(
    await cluster.list(
      KINDS.serviceEntry,
      { namespace },
      (entry) =>
        textsAt(entry, "spec", "hosts").some((host) => place.names.includes(host)) ? entry : undefined,
      signal,
    ),
    `ServiceEntries in ${namespace}`,
  );
  if (!own.known) return own;
  const [found] = own.value;
  return found === undefined ? unknown(notFound(leg)) : known({ kind: "serviceEntry", object: found });
}

function notFound(leg: Leg): Message {
  return t(
    "What answers for {leg} is not known: nothing in this namespace does, and others may not be read.",
    {
      leg: nameOfLeg(leg),
    },
  );
}

async function endpointsOf(
  cluster: Cluster,
  backend: Read<Backend | undefined>,
  subset: Read<Subset>,
  leg: Leg,
  slices: ReadySlices,
  signal: AbortSignal,
): Promise<Read<Endpoints | undefined>> {
  if (!backend.known) return backend;
  if (backend.value === undefined) return known(undefined);
  if (!subset.known) return subset;
  if (subset.value.labels === undefined)
    return unknown(
      t("No DestinationRule defines subset {subset} of {host}, so its endpoints cannot be counted.", {
        subset: leg.subset ?? "",
        host: leg.host,
      }),
    );
  return readEndpoints(cluster, backend.value, subset.value.labels, slices, signal);
}

/** Machines have no quota; a side whose workload is not known may be made of Pods nevertheless. */
async function roomFor(
  cluster: Cluster,
  quotas: Read<readonly KubeObject[]>,
  scale: Read<Scale>,
  endpoints: Read<Endpoints | undefined>,
  signal: AbortSignal,
): Promise<Side["room"]> {
  if (!scale.known) return scale;
  const [workload] = scale.value.workloads;
  if (workload === undefined) return known(undefined);
  const running = endpoints.known ? endpoints.value?.pod : undefined;
  return readRoom(cluster, quotas, { running, ...workload }, signal);
}

/** Istio counts a Service under its own name, a ServiceEntry under its host. */
function meteredOf(backend: Backend, place: Place): MeteredService {
  const { name, namespace } = backend.object.metadata;
  if (backend.kind === "service") return { name, namespace: namespace ?? place.namespace };
  return {
    name: textsAt(backend.object, "spec", "hosts")[0] ?? name,
    namespace: namespace ?? place.namespace,
  };
}

function identityOf(
  objects: Awaited<ReturnType<typeof readScaleObjects>> | undefined,
  backend: Read<Backend | undefined>,
  subset: Read<Subset>,
): Pick<Side, "scale" | "version" | "workload"> {
  const none = { version: undefined, workload: undefined };
  const nothing = unknown(t("Which workload answers is not known, so neither is how far it can scale."));
  if (objects === undefined || !objects.known) return { scale: objects ?? nothing, ...none };
  if (!backend.known || backend.value === undefined || !subset.known) return { scale: nothing, ...none };
  const labels = subset.value.labels ?? new Map<string, string>();
  const selector =
    backend.value.kind === "service"
      ? labelsAt(backend.value.object, "spec", "selector")
      : labelsAt(backend.value.object, "spec", "workloadSelector", "labels");
  if (selector === undefined)
    return { scale: known({ workloads: [], autoscaler: undefined, budgets: [] }), ...none };
  const scale = scaleOf(objects.value, new Map([...selector, ...labels]));
  const versions = new Set(scale.workloads.map(({ version }) => version));
  const [only] = scale.workloads;
  return {
    scale: known(scale),
    version: labels.get("version") ?? (versions.size === 1 ? only?.version : undefined),
    workload: scale.workloads.length === 1 ? only?.name : undefined,
  };
}
