import { formatAmount } from "../model/int-or-percent.ts";
import { type Message, t } from "../model/message.ts";
import type { Resource } from "../model/resource.ts";
import { allowedOf, type BudgetLimit, limitOf } from "../workspace/budget.ts";
import { podSelectorOf } from "../workspace/indexes.ts";
import { effectiveReplicas } from "../workspace/replicas.ts";
import { isTogether } from "../workspace/scope.ts";
import { selectedBy, selectorsOf } from "../workspace/selection.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { ownLabelsOf } from "../workspace/spread.ts";
import type { Workload } from "../workspace/workload.ts";

/** What PodDisruptionBudgets make of evictions from a workload's pods. */
export type Protection =
  | { readonly kind: "none" }
  /** Nobody here can say. */
  | { readonly kind: "unknown"; readonly why: Message }
  /** No pod may ever go. */
  | { readonly kind: "blocked"; readonly why: Message }
  /** So many of its pods stay while all were healthy. */
  | { readonly kind: "limit"; readonly stay: number; readonly why: Message };

/** The type of the budgets. */
export const BUDGET = "policy/PodDisruptionBudget";

/** How far the budgets that select `pods` pods of a workload protect them; of several environments the weakest counts. */
export function protectionOf(snapshot: Snapshot, workload: Workload, pods: number): Protection {
  const { resource } = workload;
  if (!snapshot.complete) return unknown(t("The workspace is still being read."));
  const { resources, uncertain } = selectorsOf(snapshot, workload, BUDGET);
  if (uncertain || ownLabelsOf(snapshot, workload) === undefined)
    return unknown(t("A template or an overlay decides which PodDisruptionBudget selects the pods."));
  if (resources.length === 0)
    return snapshot.layout.isOpen(resource.document.uri)
      ? unknown(t("A PodDisruptionBudget may come from what the kustomization takes in from elsewhere."))
      : { kind: "none" };
  const names = new Set(resources.map(({ name }) => name));
  if (names.size > 1) return several(snapshot, workload, resources);
  return weakest(resources.map((budget) => protectionBy(snapshot, workload, budget, pods)));
}

/** A pod with two budgets is never evicted (kubernetes pkg/registry/core/pod/storage/eviction.go). */
function several(snapshot: Snapshot, { resource }: Workload, budgets: readonly Resource[]): Protection {
  const [first, second] = [...new Map(budgets.map((budget) => [budget.name, budget])).values()];
  const values = { first: first?.name ?? "", second: second?.name ?? "" };
  return budgets.every((budget) => isTogether(snapshot, resource, budget))
    ? {
        kind: "blocked",
        why: t(
          "PodDisruptionBudgets {first} and {second} both select the pods, and Kubernetes refuses to evict a pod with two.",
          values,
        ),
      }
    : unknown(t("PodDisruptionBudgets {first} and {second} may both select the pods.", values));
}

const RANK: Readonly<Record<Protection["kind"], number>> = { unknown: 0, none: 1, limit: 2, blocked: 3 };

function weakest(all: readonly Protection[]): Protection {
  return all.reduce((weak, each) => {
    if (weak.kind === "limit" && each.kind === "limit") return each.stay < weak.stay ? each : weak;
    return RANK[each.kind] < RANK[weak.kind] ? each : weak;
  });
}

function protectionBy(snapshot: Snapshot, workload: Workload, budget: Resource, pods: number): Protection {
  const name = budget.name ?? "";
  const paths = ["spec.minAvailable", "spec.maxUnavailable"];
  if (["spec.selector", ...paths].some((path) => snapshot.layout.isPatched(budget, path)))
    return unknown(t("An overlay decides what PodDisruptionBudget {name} allows.", { name }));
  if (podSelectorOf(budget) !== undefined && paths.every((path) => budget.get(path) === undefined))
    return {
      kind: "blocked",
      why: t(
        "PodDisruptionBudget {name} states neither minAvailable nor maxUnavailable, so it allows no eviction.",
        { name },
      ),
    };
  const limit = limitOf(snapshot, budget);
  const scale = scaleOf(snapshot, workload, budget, pods, limit);
  if (limit === undefined || limit.amount.value < 0 || scale === undefined)
    return unknown(
      t(
        "What PodDisruptionBudget {name} allows is not known here: something else decides its limit or the number of pods it counts.",
        { name },
      ),
    );
  const allowed = allowedOf(limit, scale);
  const values = { name, limit: `${limit.field}: ${formatAmount(limit.amount)}`, scale, allowed };
  if (allowed === 0)
    return {
      kind: "blocked",
      why: t("PodDisruptionBudget {name} ({limit}) lets 0 of {scale} pods go.", values),
    };
  return {
    kind: "limit",
    stay: Math.max(0, pods - allowed),
    why: t("PodDisruptionBudget {name} ({limit}) lets {allowed} of {scale} pods go at a time.", values),
  };
}

/**
 * How many pods a budget counts, at the least. With other workloads in it, more pods of theirs may let more of these go:
 * only a plain maxUnavailable does not depend on their number. Undefined where nobody can say.
 */
function scaleOf(
  snapshot: Snapshot,
  workload: Workload,
  budget: Resource,
  pods: number,
  limit: BudgetLimit | undefined,
): number | undefined {
  const selected = selectedBy(snapshot, budget);
  if (selected === undefined || selected.uncertain) return undefined;
  const { kind, name } = workload.resource;
  // The same name again is the same workload of another environment.
  const others = selected.together.filter(({ resource }) => resource.kind !== kind || resource.name !== name);
  if (others.length === 0) return pods;
  const counts = [workload, ...others].map((each) => effectiveReplicas(snapshot, each));
  const isFixed = limit?.field === "maxUnavailable" && limit.amount.unit === "count";
  let sum = 0;
  for (const count of counts) {
    if (count === undefined || (!isFixed && (count.decidedBy.length > 0 || count.lowest !== count.highest)))
      return undefined;
    sum += count.lowest;
  }
  return sum;
}

function unknown(why: Message): Protection {
  return { kind: "unknown", why };
}
