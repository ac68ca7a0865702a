import { type Message, t } from "../../model/message.ts";
import type { Location } from "../../model/resource.ts";
import type { Verdict } from "../../recovery/estimate.ts";
import { type Recovery, recoveryOf } from "../../recovery/evaluate.ts";
import { PLAN_TYPE } from "../../recovery/plan.ts";
import type { Origin } from "../../recovery/term.ts";
import { UsageError } from "../errors.ts";
import { displayPath } from "../files/uris.ts";
import type { Project } from "../project.ts";

/** What the plans of a run come to. */
export interface ObjectivesReport {
  readonly plans: readonly PlanReport[];
  /** Files that could not be read, and why. */
  readonly skipped: readonly { readonly file: string; readonly reason: Message }[];
}

export interface PlanReport {
  /** Relative to the working directory, with `/`. */
  readonly file: string;
  readonly name: string;
  readonly recovery: Recovery;
  /** Where something is written. */
  readonly placeOf: (location: Location) => Place;
}

/** A line as people are told of it. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/**
 * The plans in the checked files of a project.
 * @throws UsageError when there is none
 */
export function reportOf(project: Project, paths: readonly string[], cwd: string): ObjectivesReport {
  const snapshot = project.surroundings.snapshot();
  const placeOf = ({ document, range }: Location): Place => ({
    file: displayPath(cwd, project.pathOf(document.uri)),
    line: document.file.lines.position(document.start + range.start).line + 1,
  });
  const plans = project.files.flatMap((file) =>
    project.source(file).documents.flatMap(({ resources }) =>
      resources
        .filter(({ type }) => type === PLAN_TYPE)
        .flatMap((resource) => {
          const recovery = recoveryOf(resource, snapshot);
          if (recovery === undefined) return [];
          const name = resource.name ?? "?";
          return [{ file: displayPath(cwd, file.path), name, recovery, placeOf }];
        }),
    ),
  );
  const skipped = project.skipped.map(({ path, reason }) => ({ file: displayPath(cwd, path), reason }));
  if (plans.length === 0 && !project.failed)
    throw new UsageError(
      t(
        "There is no DisasterRecoveryPlan in {paths}. Name a file that holds one (apiVersion: nines/v1alpha1).",
        { paths: paths.map((path) => `“${path}”`).join(", ") },
      ),
    );
  return { plans, skipped };
}

/** Whether every promise of every plan is kept; one that cannot be computed is not. */
export function isAllMet({ plans }: ObjectivesReport): boolean {
  return verdictsOf(plans).every((verdict) => verdict === "met");
}

/** The verdicts of all promises. */
export function verdictsOf(plans: readonly PlanReport[]): readonly Verdict[] {
  return plans.flatMap(({ recovery }) =>
    recovery.objectives.flatMap(({ time, loss }) => [time.verdict ?? [], loss.verdict ?? []].flat()),
  );
}

/** Where a number is written, or would have to be. */
export function originPlace(origin: Origin, placeOf: PlanReport["placeOf"]): Place | undefined {
  return "at" in origin && origin.at !== undefined ? placeOf(origin.at) : undefined;
}
