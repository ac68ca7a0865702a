import { formatAmount, type IntOrPercent, resolveCount } from "../model/int-or-percent.ts";
import { type Message, t } from "../model/message.ts";
import { type Field, valueOr } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { effectiveReplicas } from "../workspace/replicas.ts";
import { type Strategy, strategyOf, unavailableAtOnce } from "../workspace/rollout-strategy.ts";
import { workloadOf } from "../workspace/workload.ts";
import { daemonSetMeanings } from "./daemon-sets.ts";
import { figures, type Meaning, meaning, type World } from "./meaning.ts";
import { placeOf } from "./place.ts";
import { statefulSetMeanings } from "./stateful-sets.ts";

type Rolling = Extract<Strategy, { kind: "rolling" }>;

const QUARTER: IntOrPercent = { unit: "percent", value: 25 };

/** The update strategy of a workload: how many pods stop and start at once. */
export function rolloutMeanings(resource: Resource, world: World): readonly Meaning[] {
  const strategy = strategyOf(resource);
  if (strategy === undefined || world.snapshot.layout.isPatched(resource, strategy.path)) return [];
  if (strategy.kind === "recreate") return ofRecreate(resource, strategy.path, world);
  if (resource.kind === "DaemonSet") return daemonSetMeanings(resource, strategy, world);
  const workload = workloadOf(resource);
  const replicas = workload === undefined ? undefined : effectiveReplicas(world.snapshot, workload);
  if (resource.kind === "StatefulSet") return statefulSetMeanings(resource, strategy, replicas?.lowest);
  if (replicas === undefined) return ofUnknown(resource, strategy);
  return ofRolling(resource, strategy, replicas.lowest, replicas.decidedBy.length > 0);
}

function ofRecreate(resource: Resource, path: string, { snapshot }: World): readonly Meaning[] {
  const workload = workloadOf(resource);
  const pods = workload === undefined ? undefined : effectiveReplicas(snapshot, workload)?.lowest;
  const detail =
    pods === undefined || pods < 2
      ? t("Every pod stops before the first new one starts: nothing serves in between.")
      : t("All {pods} pods stop before the first new one starts: nothing serves in between.", { pods });
  return meaning(placeOf(resource, `${path}.type`), [detail]);
}

/** Numbers hold without knowing the replicas, percentages do not. */
function ofUnknown(resource: Resource, { path }: Rolling): readonly Meaning[] {
  const detail = t(
    "Percentages of maxUnavailable round down, those of maxSurge up; how many pods there are is not known here.",
  );
  return ["maxUnavailable", "maxSurge"].flatMap((key) =>
    meaning(placeOf(resource, `${path}.${key}`), [detail]),
  );
}

function ofRolling(
  resource: Resource,
  strategy: Rolling,
  pods: number,
  isScaled: boolean,
): readonly Meaning[] {
  const unavailable = unavailableAtOnce(strategy, pods);
  const surgeAmount = valueOr(strategy.maxSurge, QUARTER);
  const amount = valueOr(strategy.maxUnavailable, QUARTER);
  if (unavailable === undefined || surgeAmount === undefined || amount === undefined || pods < 1) return [];
  // The API server refuses two literal zeros and negative numbers.
  if (amount.value === 0 && surgeAmount.value === 0) return [];
  if (amount.value < 0 || surgeAmount.value < 0) return [];
  const surge = resolveCount(surgeAmount, pods, "up");
  const values = { pods, unavailable, surge, lowest: Math.max(pods - unavailable, 0), highest: pods + surge };
  const isRounded = [amount, surgeAmount].some(({ unit }) => unit === "percent");
  const details = [
    t(
      "maxUnavailable {amount} and maxSurge {surgeAmount} of {pods} pods: {unavailable} unavailable, surge {surge}.",
      { ...values, amount: formatAmount(amount), surgeAmount: formatAmount(surgeAmount) },
    ),
    isRounded ? t("Percentages of maxUnavailable round down, those of maxSurge up.") : undefined,
    surge === 0 && resolveCount(amount, pods, "down") === 0
      ? t("Both come to 0, so one pod at a time is stopped all the same.")
      : undefined,
    t("During a rollout at least {lowest} pods serve, and at most {highest} exist.", values),
    isScaled ? t("The count is the autoscaler's minimum.") : undefined,
  ];
  const both = t("{unavailable} unavailable, surge {surge}", values);
  const written = ["maxUnavailable", "maxSurge"].filter((key) =>
    placeOf(resource, `${strategy.path}.${key}`),
  );
  if (written.length === 0)
    return meaning(placeOf(resource, parentOf(strategy.path)), details, { short: both });
  return [
    ...ofField(
      resource,
      strategy,
      "maxUnavailable",
      written.length === 1 ? both : of(unavailable, pods),
      details,
    ),
    ...ofField(resource, strategy, "maxSurge", written.length === 1 ? both : figures(`= ${surge}`), details),
  ];
}

function ofField(
  resource: Resource,
  strategy: Rolling,
  key: "maxUnavailable" | "maxSurge",
  short: Message,
  details: readonly (Message | undefined)[],
): readonly Meaning[] {
  const field: Field<IntOrPercent> = strategy[key];
  const plain = field.state === "known" && field.value.unit === "count";
  return meaning(placeOf(resource, `${strategy.path}.${key}`), details, { short, plain });
}

/** Where the strategy is named, when its numbers are not written. */
function parentOf(path: string): string {
  return path.endsWith(".rollingUpdate") ? `${path.slice(0, path.lastIndexOf("."))}.type` : path;
}

function of(count: number, pods: number): Message {
  return t("= {count} of {pods}", { count, pods });
}
