import type { Scenario, State } from "../survival/verdict.ts";

/** What is deployed together, as a row of the Availability view. */
export interface AvailabilityBundle {
  /** The same for as long as the bundle is there. */
  readonly id: string;
  /** URI of its folder. */
  readonly folder: string;
  readonly kind: "kustomization" | "chart" | "folder";
  /** The values file that is added to a chart's own, below its folder. */
  readonly values: string | undefined;
  /** How it was built, in a few words, for people; undefined where its rows are those of the sources. */
  readonly making: string | undefined;
  /** The worst state among its workloads. */
  readonly state: State;
  readonly workloads: number;
  /** Findings among its workloads' that were not there before. */
  readonly introduced: number;
  /** In a few words, for people. */
  readonly summary: string;
}

/** A workload in a bundle, as a row below it. One that several bundles build on is in each of them. */
export interface AvailabilityWorkload {
  /** The same for as long as the workload is there under its name. */
  readonly id: string;
  readonly bundle: string;
  readonly kind: string;
  /** Undefined where a template decides it. */
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  /** The worst state of its guarantees. */
  readonly state: State;
  /** In a few words, for people. */
  readonly summary: string;
  /** Findings that were not there before. */
  readonly introduced: number;
  readonly guarantees: readonly AvailabilityGuarantee[];
  readonly findings: readonly AvailabilityFinding[];
}

/** What is guaranteed to a workload when one thing happens. */
export interface AvailabilityGuarantee {
  readonly scenario: Scenario;
  readonly state: State;
  readonly title: string;
  /** In a few words. */
  readonly brief: string;
  /** In sentences, with the numbers. */
  readonly text: string;
}

/** Something wrong with a workload, its budgets or its autoscalers. */
export interface AvailabilityFinding {
  readonly ruleId: string;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  /** Kind and name of what it is about, where that is not the workload itself. */
  readonly about: string | undefined;
  /** Whether it was not there before: see `BranchSummary`. */
  readonly isNew: boolean;
}

/** What the view shows out of date. */
export interface AvailabilityChange {
  /** Bundles came or went: the list is to be asked for again. */
  readonly list: boolean;
  /** Rows of bundles as they are now, as far as they differ. */
  readonly bundles: readonly AvailabilityBundle[];
  /** Bundles whose workloads differ from what was asked for. */
  readonly workloads: readonly string[];
}

/** Where a workload is in the view. */
export interface AvailabilityPath {
  readonly bundle: string;
  readonly workload: string;
}
