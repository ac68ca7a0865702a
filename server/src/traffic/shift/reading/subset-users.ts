import { istioHost } from "../../istio-host.ts";
import type { Cluster, KubeObject } from "../cluster.ts";
import { at, listOf, textAt } from "../json.ts";
import { KINDS } from "../kinds.ts";
import { type LiveRoute, routesOfObject } from "../route.ts";
import { mapRead, type Read, readList } from "./read.ts";

/** A subset as an object names it: short hosts belong to its namespace. */
export interface NamedSubset {
  readonly host: string;
  readonly subset: string;
  readonly by: KubeObject;
}

/** The VirtualServices, as `namespace/name`, that lead to the subset by routes other than `except`. */
export async function readUsers(
  cluster: Cluster,
  target: NamedSubset,
  signal: AbortSignal,
  except?: LiveRoute,
): Promise<Read<readonly string[]>> {
  const outcome = await cluster.list(
    KINDS.virtualService,
    { namespace: undefined },
    (other) =>
      uses(other, target, except) ? `${other.metadata.namespace}/${other.metadata.name}` : undefined,
    signal,
  );
  return mapRead(readList(outcome, "VirtualServices of all namespaces"), (names) => [...new Set(names)]);
}

/** Routes, mirrors and whatever else names the subset. */
function uses(other: KubeObject, { host, subset, by }: NamedSubset, except: LiveRoute | undefined): boolean {
  const isOwn =
    other.metadata.name === by.metadata.name && other.metadata.namespace === by.metadata.namespace;
  const isMeant = (named: { readonly host?: string | undefined; readonly subset?: string | undefined }) =>
    named.subset === subset && sameHost(named.host ?? "", other, host, by);
  const routed = routesOfObject(other).some(
    ({ list, index, legs }) =>
      !(isOwn && list === except?.list && index === except.index) && legs.some(isMeant),
  );
  const mirrored = listOf(at(other, "spec", "http")).some((item) =>
    [at(item, "mirror"), ...listOf(at(item, "mirrors")).map((mirror) => at(mirror, "destination"))].some(
      (target) => isMeant({ host: textAt(target, "host"), subset: textAt(target, "subset") }),
    ),
  );
  return routed || mirrored;
}

/** Whether two objects mean the same host. */
export function sameHost(a: string, inA: KubeObject, b: string, inB: KubeObject): boolean {
  const full = (host: string, { metadata }: KubeObject) => {
    const read = istioHost(host, new Set([metadata.namespace ?? ""]));
    return read.kind === "service" ? `${read.name}.${[...(read.namespaces ?? [])].join()}` : host;
  };
  return full(a, inA) === full(b, inB);
}
