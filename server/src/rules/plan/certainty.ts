import type { LossObjective, TimeObjective } from "../../recovery/evaluate.ts";
import { type FailoverModel, timeOf } from "../../recovery/failover-time.ts";
import { leaf, replaceLeaves, type Term } from "../../recovery/term.ts";

/** Whether a promise is broken by what is written alone: every assumption taken at its best breaks it too. */
export function isCertain({ recovery }: TimeObjective, promised: number): boolean {
  if (recovery === undefined) return false;
  const { failover, parts } = recovery;
  if (failover !== undefined) return timeOf(atBest(failover.model)).total.worst > promised;
  return parts.some(({ path }) => worstOf(path) > promised);
}

/** The same for the data that is lost: some item loses too much with its best copy. */
export function isLossCertain({ recovery }: LossObjective, promised: number): boolean {
  return recovery.items.some(({ copy }) => copy !== undefined && worstOf([copy.term]) > promised);
}

function worstOf(terms: readonly Term[]): number {
  return terms.map(assumedAtBest).reduce((sum, { estimate }) => sum + estimate.worst, 0);
}

function atBest(model: FailoverModel): FailoverModel {
  return {
    ...model,
    detection: assumedAtBest(model.detection),
    decision: assumedAtBest(model.decision),
    steps: model.steps.map((step) => ({ ...step, term: assumedAtBest(step.term) })),
  };
}

function assumedAtBest(term: Term): Term {
  return replaceLeaves(term, (each) =>
    each.origin.kind === "assumed"
      ? leaf(each.id, each.name, { ...each.estimate, worst: each.estimate.best }, each.origin)
      : each,
  );
}
