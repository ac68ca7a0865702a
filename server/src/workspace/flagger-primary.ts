import { stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import type { Selector } from "../model/selector.ts";
import { isTogether, mayShareNamespace } from "./scope.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Workload } from "./workload.ts";

/** Flagger's default for `-selector-labels`: the first that a workload selects its pods by tells them apart. */
const LABELS = ["app", "name", "app.kubernetes.io/name"];
const SUFFIX = "-primary";

/**
 * The label by which Flagger's copy of a workload selects its pods: `app: web-primary` for `app: web`. The copy serves; the
 * workload itself is at 0 pods except while a new version is tried (flagger pkg/canary/deployment_controller.go).
 * Undefined where no Canary refers to the workload.
 */
export function primaryLabelOf(
  snapshot: Snapshot,
  { resource, selector }: Workload,
): readonly [key: string, value: string] | undefined {
  const isTarget = snapshot
    .find("type", "flagger.app/Canary")
    .some(
      (canary) =>
        stringOf(canary.get("spec.targetRef.kind")) === resource.kind &&
        stringOf(canary.get("spec.targetRef.name")) === resource.name &&
        mayShareNamespace(snapshot, canary, resource),
    );
  if (!isTarget) return undefined;
  for (const key of LABELS) {
    const found = selector?.find((requirement) => requirement.key === key);
    if (found?.operator === "In" && found.values.length === 1) return [key, `${found.values[0]}${SUFFIX}`];
  }
  return undefined;
}

/** Whether a name or a label is one of Flagger's copies, as far as a Canary is deployed together with `from`. */
export function namesPrimary(snapshot: Snapshot, from: Resource, name: string): boolean {
  return (
    name.endsWith(SUFFIX) &&
    snapshot.find("type", "flagger.app/Canary").some((canary) => isTogether(snapshot, from, canary))
  );
}

/** Whether a selector asks for the pods of one of Flagger's copies. */
export function selectsPrimary(snapshot: Snapshot, from: Resource, selector: Selector): boolean {
  return selector.some(
    (requirement) =>
      "values" in requirement && requirement.values.some((value) => namesPrimary(snapshot, from, value)),
  );
}
