import { itemName } from "../../recovery/data-items.ts";
import type { DataLoss } from "../../recovery/data-loss.ts";
import type { Estimate } from "../../recovery/estimate.ts";
import type { LossObjective, ObjectiveRecovery, TimeObjective } from "../../recovery/evaluate.ts";
import { known } from "../../recovery/fields.ts";
import { worstText } from "../../recovery/figures.ts";
import type { Term } from "../../recovery/term.ts";
import { timelineOf } from "../../recovery/timeline.ts";
import { inEnglish } from "../output/language.ts";
import { type ObjectivesReport, originPlace, type PlanReport } from "./report.ts";

/** One JSON object for programs; a public interface. Times are seconds, null where there is no end; sentences are English. */
export function json({ plans, skipped }: ObjectivesReport): string {
  const object = {
    version: 1,
    plans: plans.map(planOf),
    skipped: skipped.map(({ file, reason }) => ({ file, reason: inEnglish(reason) })),
  };
  return `${JSON.stringify(object, null, 1)}\n`;
}

function planOf(plan: PlanReport) {
  const { file, name, recovery, placeOf } = plan;
  return {
    file,
    name,
    objectives: recovery.objectives.map((objective) => objectiveOf(objective, plan)),
    failovers: timelineOf(recovery).failovers.map(({ name, total, bars }) => ({
      name,
      total: estimateOf(total),
      bars: bars.map(({ kind, label, start, end, critical }) => ({
        kind,
        name: inEnglish(label),
        start: { best: seconds(start[0]), worst: seconds(start[1]) },
        end: { best: seconds(end[0]), worst: seconds(end[1]) },
        critical,
      })),
    })),
    problems: recovery.problems.map(({ kind, range, message }) => ({
      kind,
      message: inEnglish(message),
      ...placeOf(recovery.plan.resource.locate(range)),
    })),
  };
}

function objectiveOf({ disruption, time, loss }: ObjectiveRecovery, plan: PlanReport) {
  return { disruption, rto: timeOf(time, plan), rpo: lossOf(loss, plan) };
}

function timeOf(time: TimeObjective, plan: PlanReport) {
  const { recovery, improvements } = time;
  return {
    ...comparedOf(time, plan),
    failover: recovery?.failover?.model.name ?? null,
    criticalPath: (recovery?.path ?? []).map((term) => termOf(term, plan)),
    improvements: improvements.map(({ title, saves, total, suffices }) => ({
      title: inEnglish(title),
      saves: seconds(saves),
      total: estimateOf(total),
      suffices,
    })),
  };
}

function lossOf(loss: LossObjective, plan: PlanReport) {
  return {
    ...comparedOf(loss, plan),
    data: itemsOf(loss.recovery),
    improvements: loss.improvements.map(({ title, interval, estimate }) => ({
      title: inEnglish(title),
      interval: seconds(interval),
      total: estimateOf(estimate),
    })),
  };
}

function itemsOf({ items }: DataLoss) {
  return items.map(({ item, estimate, copy }) => ({
    kind: item.kind,
    name: inEnglish(itemName(item)),
    loss: estimateOf(estimate),
    copy: copy?.name ?? null,
  }));
}

function comparedOf(
  { promised, computed, verdict, inputs, assumptions }: TimeObjective | LossObjective,
  plan: PlanReport,
) {
  return {
    promised: known(promised) ?? null,
    computed: computed === undefined ? null : estimateOf(computed),
    verdict: verdict ?? null,
    inputs: inputs.map((term) => termOf(term, plan)),
    assumptions: assumptions.map(inEnglish),
  };
}

interface TermObject {
  readonly name: string;
  readonly estimate: ReturnType<typeof estimateOf>;
  readonly source: Term["origin"]["kind"];
  readonly file?: string;
  readonly line?: number;
  readonly reason?: string;
  readonly parts?: readonly TermObject[];
}

function termOf(term: Term, plan: PlanReport): TermObject {
  const { name, estimate, origin, parts } = term;
  return {
    name: inEnglish(name),
    estimate: estimateOf(estimate),
    source: origin.kind,
    ...originPlace(origin, plan.placeOf),
    ...("reason" in origin ? { reason: inEnglish(origin.reason) } : {}),
    ...(parts.length === 0 ? {} : { parts: parts.map((part) => termOf(part, plan)) }),
  };
}

/** `atLeast`: the worst case may be longer, because some input is not known. */
function estimateOf(estimate: Estimate) {
  const { best, worst, open } = estimate;
  return { best: seconds(best), worst: seconds(worst), atLeast: open, text: worstText(estimate) };
}

/** JSON knows no infinity. */
function seconds(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value * 1000) / 1000 : null;
}
