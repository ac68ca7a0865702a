import { commands, type Disposable } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { BranchCheck } from "../branch/branch-check.ts";
import type { RulePages } from "../rule-pages.ts";
import type { ClusterLink } from "../shift/cluster-link.ts";
import type { AvailabilityView } from "../views/availability.ts";
import type { BeforeFix } from "../views/before-fix.ts";
import type { RecoveryTimelines } from "../views/recovery-timeline.ts";
import type { TrafficShifts } from "../views/traffic-shift.ts";
import { showEverything, showIntroduced, showOnlyNew, stopComparing } from "./branch-view.ts";
import { checkChangesAgainst } from "./check-changes-against.ts";
import { connectCluster, disconnectCluster, reconnectCluster, refreshCluster } from "./connect-cluster.ts";
import { explainRule } from "./explain-rule.ts";
import { exportRecoveryTimelineMarkdown, exportRecoveryTimelineSvg } from "./export-recovery-timeline.ts";
import { failOver } from "./fail-over.ts";
import { failoverDrill } from "./failover-drill.ts";
import { fixAllInChangedFiles } from "./fix-all-in-changed-files.ts";
import { fixAllInFile } from "./fix-all-in-file.ts";
import { newRecoveryPlan } from "./new-recovery-plan.ts";
import { openLens } from "./open-lens.ts";
import { refreshAvailability } from "./refresh-availability.ts";
import { restartServer } from "./restart-server.ts";
import { retireShift } from "./retire-shift.ts";
import { previewShift, promoteCanary, resumeShift, rollback, switchBlueGreen } from "./shift-traffic.ts";
import { showAvailability } from "./show-availability.ts";
import { showOutput } from "./show-output.ts";
import { showRecoveryTimeline } from "./show-recovery-timeline.ts";
import { showSurvival } from "./show-survival.ts";
import { startAbTest } from "./start-ab-test.ts";

/** What commands work with. */
export interface CommandContext {
  readonly client: LanguageClient;
  readonly pages: RulePages;
  readonly availability: AvailabilityView;
  readonly beforeFix: BeforeFix;
  readonly branch: BranchCheck;
  readonly timelines: RecoveryTimelines;
  readonly link: ClusterLink;
  readonly shifts: TrafficShifts;
}

/** A command of the palette or of a place in the editor; other parts of VS Code may call it with arguments. */
export interface Command {
  readonly id: string;
  run(context: CommandContext, argument: unknown): Promise<void>;
}

const all: readonly Command[] = [
  checkChangesAgainst,
  connectCluster,
  disconnectCluster,
  explainRule,
  exportRecoveryTimelineMarkdown,
  exportRecoveryTimelineSvg,
  failOver,
  failoverDrill,
  fixAllInChangedFiles,
  fixAllInFile,
  newRecoveryPlan,
  openLens,
  previewShift,
  promoteCanary,
  reconnectCluster,
  refreshAvailability,
  refreshCluster,
  restartServer,
  resumeShift,
  retireShift,
  rollback,
  showAvailability,
  showEverything,
  showIntroduced,
  showOnlyNew,
  showSurvival,
  startAbTest,
  stopComparing,
  showOutput,
  showRecoveryTimeline,
  switchBlueGreen,
];

/** Registers every command. */
export function registerCommands(context: CommandContext): Disposable[] {
  return all.map(({ id, run }) =>
    commands.registerCommand(id, (argument: unknown) => run(context, argument)),
  );
}
