import { t } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { dialectOf } from "../../recovery/backup-copies.ts";
import { documentSchemas, OWN_API_VERSION } from "../../recovery/document-schemas.ts";
import { known } from "../../recovery/fields.ts";
import { misfitMessage } from "../../recovery/misfit-message.ts";
import { planOf } from "../../recovery/plan.ts";
import type { Backup } from "../../recovery/plan-data.ts";
import { targetProblems } from "../../recovery/problems.ts";
import { readSchedule } from "../../recovery/schedule.ts";
import { type Misfit, misfitsIn } from "../../recovery/schema-check.ts";
import { closest } from "../../text/closest.ts";
import { misreadAsSeconds, problemOf } from "../recovery/schedule-problem.ts";
import { defineRule, type RuleContext } from "../rule.ts";

/** What was probably meant by a word; undefined when nothing is near. */
type Suggestion = { readonly misfit: Misfit; readonly near: string | undefined };

export default defineRule<Suggestion | undefined>({
  id: "plan-invalid",
  title: "Recovery document with something that cannot be read",
  severity: "error",
  appliesTo: ["nines/*/DisasterRecoveryPlan", "nines/*/VSphereHACluster"],
  judges: ["complete", "patch", "template"],
  docs: {
    why: "What a plan promises is computed from what it says. A field with a misspelt name is not read at all, a duration without a unit or below zero cannot be counted, a word that nobody knows leaves open what is meant, and two different targets for one disruption leave open what is promised: the computed times then miss a part, while the plan looks complete.",
    how: "Durations have a unit (`30s`, `15m`, `4h`, `7d`); schedules have five fields, those of CloudNativePG six with the second first; what takes part in a recovery takes more than no time. The editor completes and explains every field.",
    sources: [
      "https://github.com/nines-ha/nines/blob/main/schemas/disaster-recovery-plan.schema.json",
      "https://pkg.go.dev/time#ParseDuration",
    ],
  },
  check(resource, context) {
    const schema = Object.hasOwn(documentSchemas, resource.kind) ? documentSchemas[resource.kind] : undefined;
    if (schema === undefined || resource.apiVersion !== OWN_API_VERSION) return;
    const misfits = misfitsIn(resource.root, schema);
    for (const misfit of misfits) {
      const near = nearOf(misfit);
      context.report(
        resource.locate(misfit.range),
        misfitMessage(misfit, near),
        { misfit, near },
        {
          // What is not read has no effect; what is read wrongly makes the numbers wrong.
          severity: misfit.kind === "unknown" ? "warning" : "error",
        },
      );
    }
    const plan = planOf(resource);
    const told = new Set(misfits.map(({ range }) => range.start));
    for (const backup of plan?.backups.items ?? []) checkSchedules(resource, backup, told, context);
    for (const { range, message } of plan === undefined ? [] : targetProblems(plan))
      context.report(resource.locate(range), message, undefined);
  },
  fixes: [
    {
      id: "closest",
      title: (suggestion) => t("Write {word}", { word: suggestion?.near ?? "" }),
      preferred: false,
      edits: (suggestion, { document }) =>
        suggestion?.near === undefined
          ? undefined
          : [{ document, range: suggestion.misfit.range, newText: suggestion.near }],
    },
  ],
});

/** The schedules of a backup that its tool refuses, or reads as something else than what is meant. */
function checkSchedules(
  resource: Resource,
  { full, incremental, tool }: Backup,
  told: ReadonlySet<number>,
  { report }: Pick<RuleContext<Suggestion | undefined, object>, "report">,
): void {
  const name = known(tool);
  const dialect = dialectOf(name);
  for (const schedule of [full, incremental]) {
    // No schedule at all is told as something that is not of its form.
    if (schedule.state !== "known" || told.has(schedule.node.range.start)) continue;
    const written = { text: schedule.value, dialect, reading: readSchedule(schedule.value, dialect) };
    const at = resource.locate(schedule.node);
    const problem = problemOf(written, name ?? "Nines");
    if (problem !== undefined) report(at, problem, undefined);
    const misread = problem === undefined && dialect === "seconds" ? misreadAsSeconds(written) : undefined;
    if (misread !== undefined) report(at, misread, undefined, { severity: "warning" });
  }
}

function nearOf(misfit: Misfit): string | undefined {
  if (misfit.kind === "unknown") return closest(misfit.name, misfit.known);
  return misfit.kind === "word" ? closest(misfit.value, misfit.words) : undefined;
}
