import { at, listOf, recordOf, textAt } from "../json.ts";
import { quantityOf } from "../quantity.ts";

/** What a Pod is made from: its own spec, or the template's; and the claims that a StatefulSet makes for each. */
export interface PodShape {
  readonly spec: unknown;
  readonly claims: readonly unknown[];
}

/**
 * What one more Pod takes of a resource that a ResourceQuota may bound; undefined for what no Pod brings along, such
 * as Services (kubernetes pkg/quota/v1/evaluator/core/pods.go and persistent_volume_claims.go).
 */
export function eachTakes(resource: string, { spec, claims }: PodShape): number | undefined {
  if (resource === "pods" || resource === "count/pods") return 1;
  if (resource === "count/resourceclaims.resource.k8s.io") return resourceClaimsOf(spec);
  const volumes = [...claims.map((claim) => at(claim, "spec")), ...ephemeralClaims(spec)];
  const claimed = claimsTake(resource, volumes);
  if (claimed !== undefined) return claimed;
  const [, kind = "requests", name = resource] = /^(requests|limits)\.(.+)$/.exec(resource) ?? [];
  const isExtended = name.includes("/") || name.startsWith("hugepages-");
  if (isExtended ? kind !== "requests" : !["cpu", "memory", "ephemeral-storage"].includes(name))
    return undefined;
  return sumOf(spec, kind === "limits" ? "limits" : "requests", name);
}

const CLASS = /^(.+)\.storageclass\.storage\.k8s\.io\/(requests\.storage|persistentvolumeclaims)$/;

/** Volume claims that come into being with a Pod, by number or size, of one storage class or all. */
function claimsTake(resource: string, claims: readonly unknown[]): number | undefined {
  const [, ofClass, what = resource] = CLASS.exec(resource) ?? [];
  const counted = claims.filter(
    (claim) => ofClass === undefined || textAt(claim, "storageClassName") === ofClass,
  );
  if (what === "persistentvolumeclaims" || what === "count/persistentvolumeclaims") return counted.length;
  if (what !== "requests.storage") return undefined;
  return counted.reduce(
    (sum: number, claim) => sum + (quantityOf(at(claim, "resources", "requests", "storage")) ?? 0),
    0,
  );
}

/** Claims of generic ephemeral volumes: one for each such volume of each Pod. */
function ephemeralClaims(spec: unknown): readonly unknown[] {
  return listOf(at(spec, "volumes")).flatMap(
    (volume) => recordOf(at(volume, "ephemeral", "volumeClaimTemplate", "spec")) ?? [],
  );
}

/** Claims for devices that are made from a template for each Pod. */
function resourceClaimsOf(spec: unknown): number {
  return listOf(at(spec, "resourceClaims")).filter(
    (claim) => textAt(claim, "resourceClaimTemplateName") !== undefined,
  ).length;
}

/** Init containers run one after the other before the rest; those that restart always run beside it (KEP-753). */
export function sumOf(podSpec: unknown, kind: "requests" | "limits", name: string): number {
  const of = (container: unknown): number => {
    const written = at(container, "resources", kind, name);
    // A request that is left out is the limit.
    return quantityOf(written ?? (kind === "requests" ? at(container, "resources", "limits", name) : 0)) ?? 0;
  };
  let beside = 0;
  let most = 0;
  for (const container of listOf(at(podSpec, "initContainers"))) {
    if (textAt(container, "restartPolicy") === "Always") {
      beside += of(container);
      most = Math.max(most, beside);
    } else most = Math.max(most, beside + of(container));
  }
  const running = listOf(at(podSpec, "containers")).reduce((sum: number, each) => sum + of(each), beside);
  return Math.max(most, running) + (quantityOf(at(podSpec, "overhead", name)) ?? 0);
}
