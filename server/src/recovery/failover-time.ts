import type { Node } from "../model/node.ts";
import { decisionTerm, detectionTerm } from "./detection.ts";
import { type Estimate, inSequence } from "./estimate.ts";
import { known } from "./fields.ts";
import type { Failover, FailoverStep } from "./plan-failover.ts";
import { type StepGraph, scheduleSteps } from "./step-graph.ts";
import { stepTerm } from "./steps.ts";
import type { Term } from "./term.ts";
import type { World } from "./world.ts";

/** A failover with the times of its parts, not yet put together. */
export interface FailoverModel {
  readonly failover: Failover;
  readonly name: string;
  readonly detection: Term;
  readonly decision: Term;
  readonly steps: readonly StepModel[];
  /** Whether the plan may hold more steps than can be read. */
  readonly isOpen: boolean;
}

export interface StepModel {
  readonly step: FailoverStep;
  readonly name: string;
  readonly after: readonly { readonly value: string; readonly node: Node }[];
  readonly term: Term;
}

/** How long a failover takes. */
export interface FailoverTime {
  readonly model: FailoverModel;
  /** Its times count from the decision. */
  readonly graph: StepGraph;
  readonly total: Estimate;
  /** What the worst case is made of: detection, decision, the steps of the critical path. */
  readonly path: readonly Term[];
}

/** Reads the times of a failover's parts. */
export function modelOf(world: World, failover: Failover): FailoverModel {
  const { steps } = failover;
  return {
    failover,
    name: known(failover.name) ?? "?",
    detection: detectionTerm(world, failover),
    decision: decisionTerm(world, failover),
    steps: steps.items.map((step, i) => ({
      step,
      // A step without a name is waited for by none.
      name: known(step.name) ?? `#${i + 1}`,
      after: step.after.items,
      term: stepTerm(world, step),
    })),
    isOpen: !steps.complete || steps.items.some(({ after }) => !after.complete) || steps.items.length === 0,
  };
}

/** Puts the parts of a failover in time: detection + decision + longest path of the steps. */
export function timeOf(model: FailoverModel): FailoverTime {
  const { detection, decision, steps, isOpen } = model;
  const graph = scheduleSteps(
    steps.map(({ name, after, term }) => ({
      name,
      after: after.map(({ value }) => value),
      estimate: term.estimate,
    })),
  );
  const total = inSequence([detection.estimate, decision.estimate, graph.total]);
  return {
    model,
    graph,
    total: isOpen ? { ...total, open: true } : total,
    path: [detection, decision, ...graph.path.flatMap((index) => steps[index]?.term ?? [])],
  };
}

/** When the steps start: after detection and decision. */
export function startOf({ detection, decision }: FailoverModel): Estimate {
  return inSequence([detection.estimate, decision.estimate]);
}
