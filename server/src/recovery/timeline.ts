import type { Message } from "../model/message.ts";
import { between, type Estimate, inSequence, type Verdict } from "./estimate.ts";
import type { Recovery } from "./evaluate.ts";
import { type FailoverTime, startOf } from "./failover-time.ts";
import { known } from "./fields.ts";
import type { Disruption } from "./plan.ts";
import type { Term } from "./term.ts";

/** What happens in each failover of a plan, and when. Seconds count from the disruption. */
export interface Timeline {
  readonly failovers: readonly FailoverTimeline[];
}

export interface FailoverTimeline {
  readonly name: string;
  readonly bars: readonly Bar[];
  readonly total: Estimate;
  /** The objectives that it serves. */
  readonly objectives: readonly TimelineObjective[];
}

/** A part of a failover. */
export interface Bar {
  readonly kind: "detection" | "decision" | "step";
  readonly label: Message;
  /** Best and worst case; Infinity where it never comes to it. */
  readonly start: readonly [best: number, worst: number];
  readonly end: readonly [best: number, worst: number];
  /** Some input of it is not known: it may end later. */
  readonly open: boolean;
  /** Whether it is part of what makes the worst case as long as it is. */
  readonly critical: boolean;
  /** What it is made of, in order; empty for a single input. */
  readonly parts: readonly { readonly label: Message; readonly estimate: Estimate }[];
}

export interface TimelineObjective {
  readonly disruption: Disruption;
  /** Seconds; undefined where the plan promises nothing that can be read. */
  readonly promised: number | undefined;
  readonly verdict: Verdict | undefined;
}

/** The timeline of an evaluated plan. */
export function timelineOf(recovery: Recovery): Timeline {
  return {
    failovers: recovery.failovers.map((time) => ({
      name: time.model.name,
      bars: barsOf(time),
      total: time.total,
      objectives: recovery.objectives
        .filter(({ time: { recovery: own } }) => own?.failover === time)
        .map(({ disruption, time: { promised, verdict } }) => ({
          disruption,
          promised: known(promised),
          verdict,
        })),
    })),
  };
}

function barsOf({ model, graph }: FailoverTime): readonly Bar[] {
  const { detection, decision, steps } = model;
  const offset = startOf(model);
  const zero = between(0, 0);
  return [
    bar("detection", detection, zero, detection.estimate, true),
    bar("decision", decision, detection.estimate, offset, true),
    ...graph.steps.flatMap(({ index, start, end, critical }) => {
      const term = steps[index]?.term;
      if (term === undefined) return [];
      return [bar("step", term, inSequence([offset, start]), inSequence([offset, end]), critical)];
    }),
  ];
}

function bar(kind: Bar["kind"], term: Term, start: Estimate, end: Estimate, critical: boolean): Bar {
  return {
    kind,
    label: term.name,
    start: [start.best, start.worst],
    end: [end.best, end.worst],
    open: end.open,
    critical,
    parts: term.parts.map(({ name, estimate }) => ({ label: name, estimate })),
  };
}
