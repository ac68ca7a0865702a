import { resolveCount } from "../model/int-or-percent.ts";
import { t } from "../model/message.ts";
import { integerOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import type { Strategy } from "../workspace/rollout-strategy.ts";
import { type Meaning, meaning } from "./meaning.ts";
import { placeOf } from "./place.ts";

type Rolling = Extract<Strategy, { kind: "rolling" }>;

/** A StatefulSet's rolling update: which pods get the new version, and how many at a time. */
export function statefulSetMeanings(
  resource: Resource,
  strategy: Rolling,
  pods: number | undefined,
): readonly Meaning[] {
  return [
    ...ofPartition(resource, `${strategy.path}.partition`, pods),
    ...ofUnavailable(resource, strategy, pods),
  ];
}

/** Ordinals count from `ordinals.start`, 0 by default (kubernetes pkg/apis/apps/types.go). */
function ofPartition(resource: Resource, path: string, pods: number | undefined): readonly Meaning[] {
  const place = placeOf(resource, path);
  const partition = integerOf(place?.node);
  const start = integerOf(resource.get("spec.ordinals.start")) ?? 0;
  if (partition === undefined || partition < 0 || pods === undefined || pods < 1) return [];
  const kept = Math.min(Math.max(partition - start, 0), pods);
  const values = { partition, kept, pods, updated: pods - kept };
  if (kept === 0) return meaning(place, [t("All {pods} pods get the new version.", values)]);
  return meaning(
    place,
    [
      t(
        "Only pods with an ordinal of {partition} or more get the new version: {updated} of {pods}. The others keep the old one, and come back with it after a loss.",
        values,
      ),
    ],
    { short: t("updates {updated} of {pods}", values) },
  );
}

/** Percentages round down, to at least 1 (pkg/controller/statefulset/stateful_set_control.go). */
function ofUnavailable(resource: Resource, strategy: Rolling, pods: number | undefined): readonly Meaning[] {
  const { maxUnavailable } = strategy;
  if (maxUnavailable.state !== "known" || pods === undefined || pods < 1) return [];
  const count = Math.min(Math.max(resolveCount(maxUnavailable.value, pods, "down"), 1), pods);
  return meaning(
    placeOf(resource, `${strategy.path}.maxUnavailable`),
    [
      t(
        "Up to {count} of {pods} pods at a time where the cluster has the feature MaxUnavailableStatefulSet; elsewhere one.",
        { count, pods },
      ),
    ],
    { short: t("= {count} of {pods}", { count, pods }), plain: maxUnavailable.value.unit === "count" },
  );
}
