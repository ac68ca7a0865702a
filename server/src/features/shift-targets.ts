import type { Resource } from "../model/resource.ts";
import { sharesOf } from "../traffic/shares.ts";
import { KINDS } from "../traffic/shift/kinds.ts";
import { nameOfLeg } from "../traffic/shift/leg.ts";
import { type Destination, type SplitRoute, splitsOf } from "../traffic/weighted-route.ts";
import type { Session } from "./session.ts";

/** Kinds of objects whose traffic can be shifted. */
export type ShiftKind = "VirtualService" | "HTTPRoute" | "Rollout" | "DNSEndpoint" | "Cluster";

/** Their types. */
export const SHIFT_TYPES = {
  VirtualService: KINDS.virtualService,
  HTTPRoute: KINDS.httpRoute,
  Rollout: KINDS.rollout,
  DNSEndpoint: KINDS.dnsEndpoint,
  Cluster: KINDS.database,
} as const satisfies Readonly<Record<ShiftKind, unknown>>;

/** The keys of that table. */
export const SHIFT_KINDS = Object.keys(SHIFT_TYPES) as readonly ShiftKind[];

/** An object whose traffic can be shifted, and where it has routes, one of them. */
export interface ShiftTarget {
  readonly kind: ShiftKind;
  /** Undefined where a manifest leaves it to whoever applies it. */
  readonly namespace: string | undefined;
  readonly name: string;
  /** Where its manifest stands in the workspace; undefined for one that only the cluster has. */
  readonly uri: string | undefined;
  /** Which of its routes, as `http[1]`; undefined where it has no routes of that kind. */
  readonly route: string | undefined;
  /** The destinations of that route. */
  readonly destinations: readonly { readonly name: string; readonly share: number | undefined }[];
}

/** A target where it is written. */
export interface WrittenTarget {
  readonly target: ShiftTarget;
  /** Undefined for an object without routes. */
  readonly route: SplitRoute | undefined;
}

/** What a resource of the workspace offers to shift; nothing where a template decides its name. */
export function targetsOf(session: Session, resource: Resource): readonly WrittenTarget[] {
  const kind = shiftKindOf(resource);
  if (kind === undefined || resource.name === undefined) return [];
  const base: ShiftTarget = {
    kind,
    namespace: resource.namespace,
    name: resource.name,
    uri: session.clientUri(resource.document.uri),
    route: undefined,
    destinations: [],
  };
  if (kind !== "VirtualService" && kind !== "HTTPRoute") return [{ target: base, route: undefined }];
  return splitsOf(resource).flatMap((route) => {
    const target = targetOf(base, route);
    return target === undefined ? [] : [{ target, route }];
  });
}

/** The kind of shift that a resource is made for. */
export function shiftKindOf({ type }: Resource): ShiftKind | undefined {
  return SHIFT_KINDS.find((kind) => `${SHIFT_TYPES[kind].group}/${SHIFT_TYPES[kind].kind}` === type);
}

function targetOf(base: ShiftTarget, route: SplitRoute): ShiftTarget | undefined {
  const names = route.destinations.flatMap((destination) => nameOfDestination(destination) ?? []);
  if (names.length < 2 || names.length < route.destinations.length) return undefined;
  const shares = sharesOf(route);
  return {
    ...base,
    route: `${route.platform === "gateway-api" ? "rules" : route.protocol}[${route.index}]`,
    destinations: names.map((name, i) => ({
      name,
      share: shares.state === "shared" ? shares.parts[i] : undefined,
    })),
  };
}

/** Its name as the live object's destination has it; undefined where a template decides it. */
function nameOfDestination({ host, subset, namespace, port }: Destination): string | undefined {
  if (host.state !== "known" || subset.state === "unknown" || port.state === "unknown") return undefined;
  return nameOfLeg({
    host: host.value,
    ...(subset.state === "known" && { subset: subset.value }),
    ...(namespace.state === "known" && { namespace: namespace.value }),
    ...(port.state === "known" && { port: port.value }),
  });
}
