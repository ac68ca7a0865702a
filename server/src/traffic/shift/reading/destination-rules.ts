import { type IstioHost, istioHost } from "../../istio-host.ts";
import type { Cluster, KubeObject } from "../cluster.ts";
import { at, labelsAt, listOf, textAt } from "../json.ts";
import { KINDS } from "../kinds.ts";
import { known, type Read, readList } from "./read.ts";

/** What the DestinationRules that count for a host say about a subset. */
export interface Subset {
  /** Labels its endpoints must have; undefined when no rule defines the subset: requests to it get 503. */
  readonly labels: ReadonlyMap<string, string> | undefined;
  /** The rules that count, as `namespace/name`. */
  readonly rules: readonly string[];
}

/** Reads the DestinationRules that a client in `namespace` may be subject to, by namespace in the order of lookup. */
export async function readRules(
  cluster: Cluster,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<Read<readonly KubeObject[]>> {
  const lists = await Promise.all(
    [...new Set(namespaces)].map(async (namespace) =>
      readList(
        await cluster.list(KINDS.destinationRule, { namespace }, (object) => object, signal),
        `DestinationRules in ${namespace}`,
      ),
    ),
  );
  const failed = lists.find((list) => !list.known);
  if (failed !== undefined && !failed.known) return failed;
  return known(lists.flatMap((list) => (list.known ? list.value : [])));
}

/**
 * Looks a subset up: the first namespace with rules for the host counts, all its rules are merged (see
 * destination-rules.ts of the folder above, which does the same for manifests).
 */
export function subsetOf(
  rules: readonly KubeObject[],
  lookup: readonly string[],
  host: IstioHost,
  subset: string | undefined,
): Subset {
  const serving = servingRules(rules, lookup, host);
  const defined = serving
    .flatMap((rule) => listOf(at(rule, "spec", "subsets")))
    .find((item) => textAt(item, "name") === subset);
  // A subset without labels takes in every endpoint of the host.
  const labels = defined === undefined ? undefined : (labelsAt(defined, "labels") ?? new Map());
  return {
    labels: subset === undefined ? new Map() : labels,
    rules: serving.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
  };
}

/** The names of the subsets that a host has. */
export function subsetNames(
  rules: readonly KubeObject[],
  lookup: readonly string[],
  host: IstioHost,
): readonly string[] {
  return servingRules(rules, lookup, host).flatMap((rule) =>
    listOf(at(rule, "spec", "subsets")).flatMap((item) => textAt(item, "name") ?? []),
  );
}

/** Those of the first namespace that has any for the host. */
function servingRules(
  rules: readonly KubeObject[],
  lookup: readonly string[],
  host: IstioHost,
): readonly KubeObject[] {
  for (const namespace of lookup) {
    const serving = rules.filter(
      (rule) => rule.metadata.namespace === namespace && isAbout(rule, namespace, host),
    );
    if (serving.length > 0) return serving;
  }
  return [];
}

function isAbout(rule: KubeObject, namespace: string, host: IstioHost): boolean {
  const text = textAt(rule, "spec", "host");
  if (text === undefined) return false;
  const own = istioHost(text, new Set([namespace]));
  return JSON.stringify(plain(own)) === JSON.stringify(plain(host));
}

function plain(host: IstioHost): unknown {
  return host.kind === "service" ? [host.name, ...(host.namespaces ?? [])] : host;
}
