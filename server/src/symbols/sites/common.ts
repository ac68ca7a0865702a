import type { ResourceTarget } from "../targets.ts";
import { SCALABLE, SERVICE } from "../types.ts";

/** A reference to a resource of one of some types by its name. */
export function resource(types: readonly string[], rest: Partial<ResourceTarget> = {}): ResourceTarget {
  return { sort: "resource", types, ...rest };
}

/** A Service of the same namespace. */
export const service: ResourceTarget = resource([SERVICE]);

/** A workload, or whatever else can be scaled, with its kind beside the name. */
export const scaled: ResourceTarget = resource(SCALABLE, {
  typeAt: { kind: "kind", apiVersion: "apiVersion" },
});

/** A key of each of some places. */
export function below(places: readonly string[], key: string): string[] {
  return places.map((place) => `${place}.${key}`);
}
