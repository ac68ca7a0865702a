import type { Range } from "vscode-languageserver/node";
import type { Verdict } from "../recovery/estimate.ts";

/** A plan as the client names it: its file, and its name in the file. */
export interface RecoveryPlanRef {
  /** URI of the plan's file, as the client has it. */
  readonly uri: string;
  /** `metadata.name`; empty for a plan without one. */
  readonly name: string;
}

/** What a place in a plan's file is about. */
export interface RecoveryPlanPlace extends RecoveryPlanRef {
  /** Id of the section of the view; undefined where the place is about the plan as a whole. */
  readonly section: string | undefined;
}

/** A plan that can be shown, in a list to choose from. */
export interface RecoveryPlanItem extends RecoveryPlanRef {
  /** In a few words, for people. */
  readonly summary: string;
}

/** What happens in each failure that a plan speaks of, and when. All texts are in the client's language. */
export interface RecoveryView {
  readonly plan: RecoveryPlanRef;
  readonly title: string;
  /** One for each objective, in the order of the plan; then the failovers that serve none. */
  readonly sections: readonly TimelineSection[];
  readonly words: TimelineWords;
}

/** A failure, or a failover that serves none that the plan makes a promise about. */
export interface TimelineSection {
  /** The same for as long as the failure is in the plan. */
  readonly id: string;
  readonly title: string;
  readonly charts: readonly TimelineChart[];
  /** What would keep a broken promise, the cheapest first. */
  readonly improvements: readonly string[];
  /** What the figures rest on that nobody states. */
  readonly assumptions: readonly string[];
  readonly inputs: readonly TimelineInput[];
}

/** A picture: parts over time, or the data that is lost. Times are seconds; null where there is no end. */
export interface TimelineChart {
  readonly kind: "time" | "loss";
  /** `RTO` or `RPO`. */
  readonly name: string;
  /** What the configuration gives and what is promised, in figures. */
  readonly figures: string;
  /** Undefined where nothing is promised. */
  readonly verdict: Verdict | undefined;
  /** What that means, in a sentence. */
  readonly text: string;
  readonly promised: number | undefined;
  readonly promisedText: string;
  readonly bars: readonly TimelineBar[];
}

/** A row of a picture. */
export interface TimelineBar {
  readonly kind: "detection" | "decision" | "step" | "copy" | "total";
  readonly label: string;
  /** Best and worst case. */
  readonly start: readonly [best: number | null, worst: number | null];
  readonly end: readonly [best: number | null, worst: number | null];
  /** Some input is not known: it may end later. */
  readonly open: boolean;
  /** Whether the worst case would be shorter without it. */
  readonly critical: boolean;
  /** How long it takes, from best to worst case. */
  readonly value: string;
  /** When it begins and ends at worst. */
  readonly begins: string;
  readonly ends: string;
  /** The row in a sentence. */
  readonly text: string;
  readonly place: TimelinePlace | undefined;
}

/** A value that the figures are made of. */
export interface TimelineInput {
  readonly label: string;
  /** 0 for what is shown as a bar, 1 for what it is made of, and so on. */
  readonly depth: number;
  readonly value: string;
  /** Where it comes from, in a word, where that is not the place. */
  readonly origin: string;
  readonly place: TimelinePlace | undefined;
}

/** A place in a manifest. */
export interface TimelinePlace {
  readonly uri: string;
  readonly range: Range;
}

/** Words of the pictures and tables. */
export interface TimelineWords {
  readonly atLeast: string;
  readonly upTo: string;
  readonly critical: string;
  readonly over: string;
  readonly open: string;
  readonly table: string;
  readonly part: string;
  readonly data: string;
  readonly takes: string;
  readonly lost: string;
  readonly begins: string;
  readonly ends: string;
  readonly objective: string;
  readonly input: string;
  readonly value: string;
  readonly where: string;
  readonly improvements: string;
  readonly assumptions: string;
  readonly inputs: string;
  readonly noObjectives: string;
}
