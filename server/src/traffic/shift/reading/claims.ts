import type { Cluster, KubeObject, ObjectRef } from "../cluster.ts";
import { at, listOf, textAt, textsAt } from "../json.ts";
import { KINDS } from "../kinds.ts";
import { mapRead, type Read, readList } from "./read.ts";

/** What the VirtualServices of a cluster say about the hosts of one of them. */
export interface Rivals {
  /** Others that claim one of its hosts at one of its gateways, as `namespace/name`. */
  readonly others: readonly string[];
  /** Others whose hosts are single ones of its wildcards, or narrower ones: their requests do not come to it. */
  readonly narrower: readonly string[];
  /** Those that delegate to it: their hosts and gateways are its own. */
  readonly roots: readonly string[];
  /** It has no hosts, and nobody delegates to it. */
  readonly isUnreached: boolean;
}

/** Of a route that no other can claim. */
export const NONE: Rivals = { others: [], narrower: [], roots: [], isUnreached: false };

/** What matters of one VirtualService. */
interface Claim {
  readonly name: string;
  readonly namespace: string;
  /** Full names. */
  readonly hosts: readonly string[];
  /** `mesh` or `namespace/name`. */
  readonly gateways: readonly string[];
  /** Whether clients of other namespaces see it. */
  readonly isExported: boolean;
  readonly delegates: readonly Delegate[];
}

interface Delegate {
  readonly namespace: string;
  readonly name: string;
}

/** Who else has a say in the requests of a VirtualService: in which order rivals count is undefined. */
export async function readRivals(
  cluster: Cluster,
  object: KubeObject,
  signal: AbortSignal,
): Promise<Read<Rivals>> {
  if (object.kind !== "VirtualService") return { known: true, value: NONE };
  const own = claimOf(object);
  const outcome = await cluster.list(
    KINDS.virtualService,
    { namespace: undefined },
    (other) => {
      const claim = claimOf(other);
      return isSame(claim, own) ? undefined : claim;
    },
    signal,
  );
  return mapRead(readList(outcome, "VirtualServices of all namespaces"), (claims) => rivalsOf(own, claims));
}

function rivalsOf(own: Claim, claims: readonly Claim[]): Rivals {
  const roots = claims.filter(({ delegates }) => delegates.some((delegate) => isSame(delegate, own)));
  // One with hosts is no delegate, whoever names it (istio pilot/pkg/model/virtualservice.go).
  const meant = own.hosts.length > 0 ? [own] : roots;
  const strangers = claims.filter((claim) => !meant.includes(claim));
  const others = strangers.filter((claim) => meant.some((one) => doMeet(one, claim, isSameHost)));
  const narrower = strangers.filter(
    (claim) => !others.includes(claim) && meant.some((one) => doMeet(one, claim, isNarrower)),
  );
  return {
    others: others.map(nameOf),
    narrower: narrower.map(nameOf),
    roots: own.hosts.length > 0 ? [] : roots.map(nameOf),
    isUnreached: meant.length === 0,
  };
}

function isSameHost(host: string, other: string): boolean {
  return host === other;
}

/** Istio lets the most exact host count. */
function isNarrower(host: string, other: string): boolean {
  return host.startsWith("*") && host !== other && other.endsWith(host.slice(1));
}

function doMeet(a: Claim, b: Claim, areHosts: (host: string, other: string) => boolean): boolean {
  const isSeenByBoth = a.namespace === b.namespace || (a.isExported && b.isExported);
  return (
    isSeenByBoth &&
    a.hosts.some((host) => b.hosts.some((other) => areHosts(host, other))) &&
    a.gateways.some((gateway) => b.gateways.includes(gateway))
  );
}

/** The VirtualServices that a root hands its requests to. */
export function delegatesOf(object: KubeObject): readonly ObjectRef[] {
  return claimOf(object).delegates.map(({ namespace, name }) => ({
    type: KINDS.virtualService,
    namespace,
    name,
  }));
}

function claimOf(object: KubeObject): Claim {
  const { name, namespace = "" } = object.metadata;
  const gateways = textsAt(object, "spec", "gateways").map((gateway) =>
    gateway === "mesh" || gateway.includes("/") ? gateway : `${namespace}/${gateway}`,
  );
  const targets = textsAt(object, "spec", "exportTo");
  return {
    name,
    namespace,
    hosts: textsAt(object, "spec", "hosts").map((host) =>
      host.includes(".") || host === "*" ? host : `${host}.${namespace}.svc.cluster.local`,
    ),
    gateways: gateways.length === 0 ? ["mesh"] : gateways,
    isExported: targets.length === 0 || targets.some((target) => target !== "." && target !== namespace),
    delegates: listOf(at(object, "spec", "http")).flatMap((route) => {
      const delegate = textAt(route, "delegate", "name");
      const where = textAt(route, "delegate", "namespace") || namespace;
      return delegate === undefined ? [] : [{ name: delegate, namespace: where }];
    }),
  };
}

function isSame(a: Delegate, b: Delegate): boolean {
  return a.name === b.name && a.namespace === b.namespace;
}

function nameOf({ namespace, name }: Claim): string {
  return `${namespace}/${name}`;
}
