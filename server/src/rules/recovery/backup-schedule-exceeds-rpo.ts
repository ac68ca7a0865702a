import { t } from "../../model/message.ts";
import { formatDuration } from "../../recovery/durations.ts";
import { verdictOf } from "../../recovery/estimate.ts";
import { recoveryOf } from "../../recovery/evaluate.ts";
import { known } from "../../recovery/fields.ts";
import { manifestIntervalOf } from "../../recovery/manifest-schedule.ts";
import type { Disruption } from "../../recovery/plan.ts";
import { type BackupUse, backupUsesOf } from "../../recovery/plan-scope.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "backup-schedule-exceeds-rpo",
  title: "Backups are made less often than the plan promises",
  severity: "error",
  appliesTo: ["velero.io/*/Schedule", "postgresql.cnpg.io/*/ScheduledBackup", "batch/*/CronJob"],
  needsWholeWorkspace: true,
  docs: {
    why: "What is lost when a backup is the newest copy that survives is the time between two runs, the run itself and the copy to its repository. Where that is longer than the RPO of a DisasterRecoveryPlan, the plan promises what this schedule cannot keep.",
    how: "Run it more often, make the run and the copy shorter, archive the log between two backups, or promise less. Judged for a manifest that a plan of the workspace names in `scheduleRef`, for the disruptions whose newest surviving copy is that backup; the finding `plan-rpo-breached` says the same at the plan.",
    sources: [
      "https://docs.aws.amazon.com/whitepapers/latest/disaster-recovery-workloads-on-aws/disaster-recovery-options-in-the-cloud.html",
      "https://velero.io/docs/main/disaster-case/",
    ],
  },
  check(schedule, context) {
    const { snapshot } = context;
    const interval = manifestIntervalOf(schedule);
    if (interval === undefined || snapshot.layout.isPatched(schedule, "spec.schedule")) return;
    for (const use of backupUsesOf(snapshot, schedule)) {
      const breach = breachOf(snapshot, use);
      if (breach === undefined) continue;
      const { plan } = use;
      const values = {
        plan: plan.resource.name ?? "",
        promised: formatDuration(breach.promised),
        disruption: breach.disruption,
        interval: formatDuration(interval),
        lost: formatDuration(breach.lost),
      };
      context.report(
        schedule.at("spec.schedule"),
        breach.open
          ? t(
              "Plan {plan} promises to lose at most {promised} after {disruption}, but with a run every {interval}, {lost} may be lost and more: how long a run takes, the plan does not say. Run it more often, or promise less.",
              values,
            )
          : t(
              "Plan {plan} promises to lose at most {promised} after {disruption}, but with a run every {interval} up to {lost} is lost. Run it more often, or promise less.",
              values,
            ),
        undefined,
        { related: [{ location: plan.resource.title, message: t("The plan that names this schedule.") }] },
      );
      return;
    }
  },
});

/** A promise that a backup cannot keep, in seconds. */
interface Breach {
  readonly disruption: Disruption;
  readonly promised: number;
  readonly lost: number;
  /** Something that adds to the loss is not known. */
  readonly open: boolean;
}

/** The promise that a backup misses by most, among those for which it is the newest copy that survives. */
function breachOf(snapshot: Snapshot, { plan, backup }: BackupUse): Breach | undefined {
  const breaches = (recoveryOf(plan.resource, snapshot)?.objectives ?? []).flatMap(({ disruption, loss }) => {
    // A lost host mostly leaves the data where it is: then no backup is asked for.
    if (loss.verdict !== "breached") return [];
    const promised = known(loss.promised);
    const item = loss.recovery.items.find(({ copy }) => copy?.node === backup.node);
    if (promised === undefined || item === undefined || !Number.isFinite(item.estimate.worst)) return [];
    return verdictOf(item.estimate, promised) === "breached"
      ? [{ disruption, promised, lost: item.estimate.worst, open: item.estimate.open }]
      : [];
  });
  return breaches.sort((a, b) => b.lost - b.promised - (a.lost - a.promised))[0];
}
