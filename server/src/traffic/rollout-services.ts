import {
  type Field,
  field,
  itemsOf,
  type MapNode,
  type Node,
  nodeAt,
  present,
  stringOf,
} from "../model/node.ts";
import type { Resource } from "../model/resource.ts";

/** A Service that an Argo Rollout names, and under which key. */
export interface NamedService {
  readonly key: string;
  readonly name: Field<string>;
}

/** The two Services that a Rollout tells its versions apart by. */
export interface ServicePair {
  /** The map that names them, and the steps to it. */
  readonly node: MapNode;
  readonly path: readonly string[];
  readonly first: NamedService;
  readonly second: NamedService;
}

const PAIRS = [
  { path: ["spec", "strategy", "canary"], keys: ["stableService", "canaryService"] },
  { path: ["spec", "strategy", "canary", "pingPong"], keys: ["pingService", "pongService"] },
  { path: ["spec", "strategy", "blueGreen"], keys: ["activeService", "previewService"] },
] as const;

/** The pairs of Services that a Rollout has a place for, named or not. */
export function servicePairsOf(rollout: Resource): readonly ServicePair[] {
  return PAIRS.flatMap(({ path, keys }) => {
    const node = rollout.get(path);
    if (node?.kind !== "map") return [];
    const named = (key: string): NamedService => ({ key, name: field(nodeAt(node, key), stringOf) });
    return [{ node, path, first: named(keys[0]), second: named(keys[1]) }];
  });
}

/** Ways of traffic routing that work on the two Services alone (argo-rollouts validation.go, requireCanaryStableServices). */
const BY_SERVICE = ["smi", "apisix", "ambassador", "nginx", "appMesh", "traefik"];

/** The way of traffic routing for which `stableService` and `canaryService` are required; undefined when none. */
export function routingByService(canary: MapNode): string | undefined {
  const routing = present(nodeAt(canary, "trafficRouting"));
  const has = (path: string) => present(nodeAt(routing, path)) !== undefined;
  const isPingPong = present(nodeAt(canary, "pingPong")) !== undefined;
  if (has("alb") && !isPingPong) return "alb";
  if (has("istio") && !has("istio.destinationRule") && !isPingPong) return "istio";
  return BY_SERVICE.find(has);
}

/** A VirtualService that a Rollout moves the weights of, and the http routes that it names there. */
export interface NamedRoutes {
  /** Without a namespace it is in the Rollout's own. */
  readonly name: string;
  readonly namespace: string | undefined;
  readonly routes: readonly Node[];
}

/** `trafficRouting.istio.virtualService` and `virtualServices[]`; a name may be `name.namespace`. */
export function routesNamedBy(canary: MapNode): readonly NamedRoutes[] {
  const istio = nodeAt(canary, "trafficRouting.istio");
  const single = present(nodeAt(istio, "virtualService"));
  const all = [...(single === undefined ? [] : [single]), ...itemsOf(nodeAt(istio, "virtualServices"))];
  return all.flatMap((node) => {
    const text = stringOf(nodeAt(node, "name"));
    if (text === undefined) return [];
    const dot = text.indexOf(".");
    const [name, namespace] = dot > 0 ? [text.slice(0, dot), text.slice(dot + 1)] : [text, undefined];
    return [{ name, namespace, routes: itemsOf(nodeAt(node, "routes")) }];
  });
}
