import type { Field, MapNode, Node, SeqNode, Step } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { stepsOfFlagger } from "./flagger.ts";
import { splitsOfGatewayApi } from "./gateway-api.ts";
import { splitsOfVirtualService } from "./istio.ts";
import { localitySplits } from "./locality.ts";
import { stepsOfRollout } from "./rollout.ts";

/** Any place where a resource says which part of the traffic goes where. */
export type WeightedRoute = SplitRoute | LocalitySplit | SteppedRoute;

/** What every weighted route knows about where it is written. */
interface Written {
  readonly resource: Resource;
  /** Steps from the resource's root to `node`. */
  readonly path: readonly Step[];
  /** The map that holds the route. */
  readonly node: MapNode;
}

/** What a split is made for; TLS passthrough and TCP share connections, the others requests. */
export type Protocol = "http" | "grpc" | "tls" | "tcp" | "udp";

/**
 * One route that shares its traffic among destinations: an item of `http`, `tcp` or `tls` of an Istio
 * VirtualService, or of `rules` of a Gateway API route. Redirects and direct responses have no destinations.
 */
export interface SplitRoute extends Written {
  readonly kind: "split";
  readonly platform: "istio" | "gateway-api";
  readonly protocol: Protocol;
  /** Position among the routes of its list, from 0. */
  readonly index: number;
  readonly name: string | undefined;
  /** The conditions, one of which a request must fulfil; empty where the route takes everything. */
  readonly matches: readonly Node[];
  /** The key under which the destinations stand. */
  readonly listKey: "route" | "backendRefs";
  readonly list: SeqNode | undefined;
  readonly destinations: readonly Destination[];
}

/** One leg of a split. */
export interface Destination {
  /** The list item, which holds the weight. */
  readonly node: MapNode;
  /** The map that names the host: `destination` in Istio, the item itself in the Gateway API. */
  readonly target: MapNode | undefined;
  /** Istio: a host (see istio-host.ts). Gateway API: the backend's name. */
  readonly host: Field<string>;
  /** Istio only. */
  readonly subset: Field<string>;
  /** Gateway API only: where the backend is, when not beside the route. */
  readonly namespace: Field<string>;
  readonly port: Field<number>;
  readonly weight: Field<number>;
}

/** How a DestinationRule shares the traffic of one locality (`localityLbSetting.distribute[]`). */
export interface LocalitySplit extends Written {
  readonly kind: "locality";
  readonly platform: "istio";
  readonly from: Field<string>;
  /** The `to` map. */
  readonly map: MapNode;
  readonly destinations: readonly LocalityDestination[];
}

/** One locality that gets a part. */
export interface LocalityDestination {
  /** `region/zone/sub-zone`, with `*` at the end for the rest. */
  readonly locality: string;
  /** Where the weight is written. */
  readonly node: Node;
  readonly weight: Field<number>;
}

/** A controller's plan to move traffic from a stable to a canary Service in steps. */
export interface SteppedRoute extends Written {
  readonly kind: "steps";
  readonly platform: "argo-rollouts" | "flagger";
  /** Service of the present version; absent where the controller shifts pods instead of requests. */
  readonly stable: Field<string>;
  readonly canary: Field<string>;
  /** The weight that counts as everything. */
  readonly total: Field<number>;
  readonly schedule: Schedule;
}

/** In which steps the canary's weight grows. */
export type Schedule =
  /** Weights that are written one by one. */
  | { readonly kind: "list"; readonly steps: readonly WeightStep[] }
  /** By `step` at a time until `end`; then the canary is promoted. */
  | { readonly kind: "ramp"; readonly step: Field<number>; readonly end: Field<number> };

/** One step that sets the canary's weight. */
export interface WeightStep {
  /** Position in the controller's list of steps, pauses and analyses included. */
  readonly index: number;
  readonly node: Node;
  readonly weight: Field<number>;
}

/** How to read each type. Adding a platform is one entry and one file. */
const READERS: Readonly<Record<string, (resource: Resource) => readonly WeightedRoute[]>> = {
  "networking.istio.io/VirtualService": splitsOfVirtualService,
  "networking.istio.io/DestinationRule": localitySplits,
  "gateway.networking.k8s.io/HTTPRoute": splitsOfGatewayApi,
  "gateway.networking.k8s.io/GRPCRoute": splitsOfGatewayApi,
  "gateway.networking.k8s.io/TLSRoute": splitsOfGatewayApi,
  "gateway.networking.k8s.io/TCPRoute": splitsOfGatewayApi,
  "gateway.networking.k8s.io/UDPRoute": splitsOfGatewayApi,
  "argoproj.io/Rollout": stepsOfRollout,
  "flagger.app/Canary": stepsOfFlagger,
};

/** Types (`group/Kind`) that hold weighted routes. */
export const routeTypes: readonly string[] = Object.keys(READERS);

/** The weighted routes of a resource, in the order of the manifest; none for other types. */
export function routesOf(resource: Resource): readonly WeightedRoute[] {
  return resource.derive(read);
}

function read(resource: Resource): readonly WeightedRoute[] {
  return READERS[resource.type]?.(resource) ?? [];
}

/** The splits of a resource, in the order of the manifest. */
export function splitsOf(resource: Resource): readonly SplitRoute[] {
  return routesOf(resource).filter((route) => route.kind === "split");
}

/** A route for people: `http[2]`, with its name behind it where it has one. */
export function nameOfRoute({ protocol, index, name }: SplitRoute): string {
  return name === undefined ? `${protocol}[${index}]` : `${protocol}[${index}] (${name})`;
}
