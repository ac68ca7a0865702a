import type { Resource } from "../model/resource.ts";
import { selectedBy } from "../workspace/selection.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { type IstioHost, mayIntersect, namespacesOf } from "./istio-host.ts";

/** Labels that name a version, the likeliest first. */
export const VERSION_KEYS: readonly string[] = [
  "version",
  "app.kubernetes.io/version",
  "track",
  "experiment",
  "release",
];

/**
 * The label that tells the pods of a subset apart: one that a workload behind the Service has with the subset's
 * name as its value. Undefined when no workload in the workspace has one.
 */
export function labelOfSubset(
  snapshot: Snapshot,
  host: IstioHost,
  subset: string,
): { readonly [key: string]: string } | undefined {
  const keys = podLabelsBehind(snapshot, host).flatMap((labels) =>
    [...labels].flatMap(([key, value]) => (value === subset ? [key] : [])),
  );
  const key = VERSION_KEYS.find((one) => keys.includes(one)) ?? keys[0];
  return key === undefined ? undefined : { [key]: subset };
}

/** Labels of the pods that the Service of this host selects, by workload. */
export function podLabelsBehind(snapshot: Snapshot, host: IstioHost): readonly ReadonlyMap<string, string>[] {
  if (host.kind !== "service") return [];
  const services: readonly Resource[] = snapshot.find("name", `/Service/${host.name}`);
  return services
    .filter((service) => mayIntersect(namespacesOf(snapshot, service), host.namespaces))
    .flatMap((service) => selectedBy(snapshot, service)?.together ?? [])
    .flatMap(({ podLabels }) => podLabels ?? []);
}
