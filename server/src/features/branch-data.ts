/** A manifest or configuration that is not as it was: what it was called and held, and what it is called. */
export interface BaseFile {
  /** Undefined for a file that is new. */
  readonly before: { readonly uri: string; readonly text: string } | undefined;
  /** Undefined for a file that is gone. */
  readonly after: string | undefined;
}

/** A repository and the commit that the work in it is compared with. */
export interface BaseRepository {
  /** URI of its top folder. */
  readonly root: string;
  /** A full hash. */
  readonly commit: string;
}

/** The files as they were: those that differ; all others are taken to be as they are. */
export interface BaseVersion {
  readonly files: readonly BaseFile[];
  /** Where the server may find what no manifest says, to build charts and overlays as they were. */
  readonly repositories?: readonly BaseRepository[];
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
  /** The changes of other files that it may come from. */
  readonly causes: readonly IntroducedCause[];
}

/** A change of another file. */
export interface IntroducedCause {
  /** Of the file as it is, or as it was called. */
  readonly uri: string;
  /** The first line that differs; undefined where the file is gone. */
  readonly range: IntroducedFinding["range"] | undefined;
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
