import { formatAmount, type IntOrPercent, resolveCount } from "../model/int-or-percent.ts";
import { type Message, t } from "../model/message.ts";
import type { Resource } from "../model/resource.ts";
import { allowedOf, type BudgetLimit, limitOf } from "../workspace/budget.ts";
import { effectiveReplicas } from "../workspace/replicas.ts";
import { selectedBy } from "../workspace/selection.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { type Meaning, meaning, type World } from "./meaning.ts";
import { placeOf } from "./place.ts";

/** How many pods a budget counts against. */
interface Scale {
  /** Several environments have one each. */
  readonly counts: readonly number[];
  /** Whether autoscalers may raise it. */
  readonly mayGrow: boolean;
}

/** `minAvailable` and `maxUnavailable` of a PodDisruptionBudget: how many pods may go at full health. */
export function budgetMeanings(budget: Resource, { snapshot }: World): readonly Meaning[] {
  if (budget.type !== "policy/PodDisruptionBudget") return [];
  const limit = limitOf(snapshot, budget);
  // The API server refuses negative numbers.
  if (limit === undefined || limit.amount.value < 0) return [];
  const place = placeOf(budget, `spec.${limit.field}`);
  const scale = scaleOf(snapshot, budget);
  if (scale === undefined || scale.counts.some((count) => count < 1))
    return meaning(place, [ofUnknownScale(limit)]);
  const [pods = 0] = scale.counts;
  const allowed = allowedOf(limit, pods);
  const details = [
    ...scale.counts.map((count) => sentenceOf(limit, count)),
    allowed === 0 ? t("A node drain waits for these pods until somebody intervenes.") : undefined,
    scale.mayGrow
      ? t("The count is the autoscaler's minimum; while more pods run, a percentage is taken of those.")
      : undefined,
  ];
  return meaning(place, details, {
    short: t("{allowed} of {pods} may go", { allowed, pods }),
    plain:
      limit.field === "maxUnavailable" && limit.amount.unit === "count" && limit.amount.value === allowed,
  });
}

/** Undefined where a template, an overlay or a kind without replicas leaves it open. */
function scaleOf(snapshot: Snapshot, budget: Resource): Scale | undefined {
  const selected = selectedBy(snapshot, budget);
  if (selected === undefined || selected.uncertain) return undefined;
  let [lowest, highest, mayGrow] = [0, 0, false];
  for (const workload of selected.together) {
    const replicas = effectiveReplicas(snapshot, workload);
    if (replicas === undefined) return undefined;
    lowest += replicas.lowest;
    highest += replicas.highest;
    mayGrow ||= replicas.decidedBy.some(({ type }) => type !== "argoproj.io/Rollout");
  }
  return { counts: [...new Set([lowest, highest])], mayGrow };
}

function sentenceOf(limit: BudgetLimit, pods: number): Message {
  const { field, amount } = limit;
  const allowed = allowedOf(limit, pods);
  const values = { field, pods, allowed, amount: formatAmount(amount) };
  if (amount.unit === "count")
    return t("{field} {amount} of {pods} pods: while all are healthy, {allowed} may go.", values);
  return t("{field} {amount} of {pods} pods rounds up to {count}: while all are healthy, {allowed} may go.", {
    ...values,
    count: resolveCount(amount, pods, "up"),
  });
}

function ofUnknownScale({ field, amount }: { field: string; amount: IntOrPercent }): Message {
  const values = { field, amount: formatAmount(amount) };
  return amount.unit === "percent"
    ? t(
        "{field}: {amount} rounds up to whole pods; how many there are is not known here, so neither is what may go.",
        values,
      )
    : t("{field}: {amount}; how many pods there are is not known here.", values);
}
