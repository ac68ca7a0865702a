import type { Cluster, KubeObject, Outcome, ResourceType } from "../cluster.ts";
import { success } from "../cluster.ts";
import { KINDS } from "../kinds.ts";

/** Too many to be kept whole: of these each reader keeps what it needs, page by page. */
const NEVER_KEPT: readonly ResourceType[] = [KINDS.pod, KINDS.endpointSlice, KINDS.virtualService];

/**
 * The cluster as one preview reads it: whatever several checks ask for is fetched once. It lives as long as the
 * preview and no longer, since writes rest on what stands there at the time of writing.
 */
export function sharing(cluster: Cluster): Cluster {
  const objects = new Map<string, Promise<Outcome<KubeObject>>>();
  const lists = new Map<string, Promise<Outcome<readonly KubeObject[]>>>();
  return {
    identity: (signal) => cluster.identity(signal),
    mayI: (access, signal) => cluster.mayI(access, signal),
    patch: (...all) => cluster.patch(...all),
    get: (ref, signal) =>
      once(objects, JSON.stringify([ref.type.group, ref.type.plural, ref.namespace, ref.name]), () =>
        cluster.get(ref, signal),
      ),
    list: async (type, query, pick, signal) => {
      if (NEVER_KEPT.includes(type) || query.namespace === undefined)
        return cluster.list(type, query, pick, signal);
      const key = JSON.stringify([type.group, type.plural, ...Object.entries(query).sort()]);
      const all = await once(lists, key, () => cluster.list(type, query, (object) => object, signal));
      return all.ok ? success(all.value.map(pick).filter((picked) => picked !== undefined)) : all;
    },
  };
}

function once<T>(kept: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const reading = kept.get(key) ?? read();
  kept.set(key, reading);
  return reading;
}
