import { formatAmount, resolveCount } from "../../model/int-or-percent.ts";
import { t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { type BudgetLimit, limitOf } from "../../workspace/budget.ts";
import { majorityOf, nameOf, quorumGroupOf, tolerated, votersOf } from "../../workspace/quorum.ts";
import { selectedBy } from "../../workspace/selection.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";
import { oneAtATime } from "../workload/budget-edit.ts";

export default defineRule<BudgetLimit>({
  id: "quorum-disruption",
  title: "PodDisruptionBudget lets a majority of the voters go",
  severity: "error",
  appliesTo: ["policy/*/PodDisruptionBudget"],
  needsWholeWorkspace: true,
  docs: {
    why: "A drain evicts every pod that the budget lets go. A group that decides by majority stops when more than ⌊(n−1)/2⌋ of its n voters are away: two nodes drained at the same time, which node pool upgrades do, then take the quorum of an etcd of three although nothing has failed, and the API server or the database behind it answers nothing until a pod is back and has caught up.",
    how: "Use `maxUnavailable: 1`: with three voters it is the most that is safe, and with five or seven it leaves room for a real failure during the drain. `minAvailable: 1` and percentages that sound harmless are the usual cause: 50 % of three rounds up to two.",
    sources: [
      "https://kubernetes.io/docs/tasks/run-application/configure-pdb/#think-about-how-your-application-reacts-to-disruptions",
      "https://etcd.io/docs/latest/faq/#what-is-failure-tolerance",
      "https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/disruption/disruption.go",
    ],
  },
  check(pdb, context) {
    const limit = limitOf(context.snapshot, pdb);
    const group = onlyGroup(context.snapshot, pdb);
    if (limit === undefined || group === undefined) return;
    const voters = votersOf(context.snapshot, group);
    // One or two voters survive no loss: a budget that kept them all would only block every drain.
    if (voters === undefined || voters < 3) return;
    const allowed = allowedBy(limit, voters);
    if (allowed <= tolerated(voters)) return;
    context.report(
      pdb.at(`spec.${limit.field}`),
      t(
        "{field}: {amount} lets {allowed} of the {voters} {system} voters of {name} be evicted at once, but {majority} are needed to decide: a drain of several nodes stops the group. Use maxUnavailable: 1.",
        {
          field: limit.field,
          amount: formatAmount(limit.amount),
          allowed,
          voters,
          system: group.system,
          name: nameOf(group),
          majority: majorityOf(voters),
        },
      ),
      limit,
      { related: [{ location: group.resource.title, message: t("These are the voters.") }] },
    );
  },
  fixes: [
    {
      id: "max-unavailable-1",
      title: () => t("Replace it by maxUnavailable: 1"),
      preferred: true,
      edits: (limit, pdb) => oneAtATime(pdb, limit),
    },
  ],
});

/** The voters that the budget is about; undefined when other pods count in it too, or may. */
function onlyGroup(snapshot: Snapshot, pdb: Resource) {
  const selected = selectedBy(snapshot, pdb);
  const [workload, ...others] = selected?.together ?? [];
  if (selected === undefined || selected.uncertain || workload === undefined || others.length > 0)
    return undefined;
  return quorumGroupOf(workload.resource);
}

/** How many pods may be away at once while all are healthy; percentages round up. */
function allowedBy({ field, amount }: BudgetLimit, pods: number): number {
  const count = resolveCount(amount, pods, "up");
  return Math.max(0, Math.min(pods, field === "maxUnavailable" ? count : pods - count));
}
