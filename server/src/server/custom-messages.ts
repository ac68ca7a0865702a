import type { CancellationToken, Connection } from "vscode-languageserver/node";
import type { Availability } from "../features/availability.ts";
import type { Branch } from "../features/branch.ts";
import { fixAllIn } from "../features/fix-all-files.ts";
import type { RecoveryTimelines } from "../features/recovery-timelines.ts";
import { allExplained, explainedById, rulePage, sentence } from "../features/rule-page.ts";
import type { Session } from "../features/session.ts";
import {
  type AvailabilityPlaceParams,
  type AvailabilityWorkloadsParams,
  type BaseVersion,
  type ExplainRuleParams,
  type FixAllParams,
  type ManifestPlace,
  METHODS,
  type NewRecoveryPlan,
  type RecoveryPlanRef,
  type RulePage,
  type RuleSummary,
  type TrustParams,
} from "./protocol.ts";

/** What the server does about messages that are not in the standard. */
export interface CustomMessageListener {
  trusted(trusted: boolean): void;
}

/** What answers are read from. */
export interface Views {
  readonly availability: Availability;
  readonly branch: Branch;
  readonly timelines: RecoveryTimelines;
}

/** Answers what the Nines client asks beyond the standard. */
export function answerCustomMessages(
  connection: Connection,
  session: Session,
  { availability, branch, timelines }: Views,
  listener: CustomMessageListener,
): void {
  const text = session.text.bind(session);
  connection.onRequest(METHODS.rules, (): RuleSummary[] =>
    allExplained(session.rules).map(({ id, title, severity }) => ({
      id,
      title: text(sentence(title)),
      severity,
    })),
  );
  connection.onRequest(METHODS.explainRule, ({ ruleId }: ExplainRuleParams): RulePage | null => {
    const rule = explainedById(session.rules, ruleId);
    return rule === undefined ? null : { title: text(sentence(rule.title)), markdown: rulePage(rule, text) };
  });
  connection.onRequest(METHODS.availability, () => availability.bundles());
  connection.onRequest(METHODS.availabilityWorkloads, ({ bundle }: AvailabilityWorkloadsParams) =>
    availability.workloads(bundle),
  );
  connection.onRequest(
    METHODS.availabilityPlace,
    async ({ workload, finding }: AvailabilityPlaceParams) =>
      (await availability.place(workload, finding)) ?? null,
  );
  connection.onRequest(
    METHODS.availabilityPath,
    async ({ uri, position }: ManifestPlace) => (await availability.pathOf(uri, position)) ?? null,
  );
  connection.onRequest(
    METHODS.checkBranch,
    async (version: BaseVersion, token: CancellationToken) => (await branch.check(version, token)) ?? null,
  );
  connection.onNotification(METHODS.forgetBranch, () => branch.forget());
  connection.onRequest(METHODS.introducedFindings, () => branch.list());
  connection.onRequest(
    METHODS.fixAll,
    async ({ files }: FixAllParams, token: CancellationToken) =>
      (await fixAllIn(session, files, token)) ?? null,
  );
  connection.onRequest(METHODS.recoveryPlans, () => timelines.plans());
  connection.onRequest(
    METHODS.recoveryPlanAt,
    async ({ uri, position }: ManifestPlace) => (await timelines.planAt(uri, position)) ?? null,
  );
  connection.onRequest(
    METHODS.recoveryTimeline,
    async (plan: RecoveryPlanRef) => (await timelines.view(plan)) ?? null,
  );
  connection.onNotification(METHODS.recoveryTimelineClosed, (plan: RecoveryPlanRef) =>
    timelines.closed(plan),
  );
  connection.onRequest(
    METHODS.newRecoveryPlan,
    async (): Promise<NewRecoveryPlan> => ({ text: await timelines.draft() }),
  );
  connection.onNotification(METHODS.trust, ({ trusted }: TrustParams) => listener.trusted(trusted));
}
