/** A manifest or configuration that is not as it was: what it was called and held, and what it is called. */
export interface BaseFile {
  /** Undefined for a file that is new. */
  readonly before: { readonly uri: string; readonly text: string } | undefined;
  /** Undefined for a file that is gone. */
  readonly after: string | undefined;
}

/** The files as they were: those that differ; all others are taken to be as they are. */
export interface BaseVersion {
  readonly files: readonly BaseFile[];
}

/** What the work since the base came to. */
export interface BranchSummary {
  /** Findings that were not there before; undefined when there is no base. */
  readonly introduced: number | undefined;
}

/** A finding that was not there before. */
export interface IntroducedFinding {
  readonly ruleId: string;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  readonly uri: string;
  readonly range: Record<"start" | "end", { readonly line: number; readonly character: number }>;
  /** Kind and name of what it is about. */
  readonly about: string | undefined;
  /** Its own file is as it was: it comes from a change of another. */
  readonly isElsewhere: boolean;
}

/** What fixing several files comes to. */
export interface FixAllOutcome<Edit> {
  /** Every change, against the texts that the server knows; null when there is nothing to fix. */
  readonly edit: Edit | null;
  /** Fixes in it. */
  readonly fixed: number;
  /** Files that it changes. */
  readonly files: number;
  /** Findings of all files that were asked for, as they are with it. */
  readonly remaining: number;
}
