import type { Cluster, KubeObject } from "../cluster.ts";
import { planSubsets } from "../goals/subsets.ts";
import type { Intent } from "../intent.ts";
import { KINDS } from "../kinds.ts";

/**
 * The cluster as it will be when the objects that come earlier in the same shift are written: a route to a subset
 * that an earlier step defines leads somewhere.
 */
export function expecting(cluster: Cluster, context: string, earlier: readonly Intent[]): Cluster {
  const coming = earlier.filter((intent) => intent.kind === "subsets" && intent.context === context);
  if (coming.length === 0) return cluster;
  return {
    identity: (signal) => cluster.identity(signal),
    mayI: (access, signal) => cluster.mayI(access, signal),
    patch: (...all) => cluster.patch(...all),
    get: (ref, signal) => cluster.get(ref, signal),
    list: (type, query, pick, signal) =>
      cluster.list(
        type,
        query,
        (object) => pick(type === KINDS.destinationRule ? withSubsets(object, coming) : object),
        signal,
      ),
  };
}

function withSubsets(rule: KubeObject, coming: readonly Intent[]): KubeObject {
  return coming.reduce((object, intent) => {
    const { name, namespace } = intent.ref;
    const isMeant = name === rule.metadata.name && namespace === rule.metadata.namespace;
    if (intent.kind !== "subsets" || !isMeant) return object;
    const plan = planSubsets(object, { kind: "subsets", action: "add", subsets: intent.subsets });
    return plan.ok ? plan.after : object;
  }, rule);
}
