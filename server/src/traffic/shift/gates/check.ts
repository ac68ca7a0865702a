import type { Message } from "../../../model/message.ts";

/** One line of the checklist. */
export interface Check {
  /** Stable, for programs. */
  readonly id: CheckId;
  readonly level: Level;
  /** What is the case, what follows, what to do. */
  readonly message: Message;
  /** What it rests on: figures, names, times. */
  readonly evidence: readonly Message[];
  /** The PromQL that was asked. */
  readonly query?: string;
  /** The word for it (`ShiftRequest.accepted`) where a person may take this block on. */
  readonly accept?: Acceptable;
  /** What a block means for a shift that is under way; `fail` aborts it, `wait` holds it. */
  readonly effect: "fail" | "wait" | "evidence" | "note";
}

/** Blocks that a person may take on: the write will be reverted. */
export type Acceptable = "gitops" | "helm";

/** `unknown`: could not be read. Never taken for a pass. */
export type Level = "pass" | "warn" | "block" | "unknown";

export type CheckId =
  | "production"
  | "permission"
  | "gates"
  | "gitops"
  | "controller"
  | "rivals"
  | "dry-run"
  | "subset"
  | "ready"
  | "capacity"
  | "capacity-later"
  | "autoscaler-max"
  | "quota"
  | "rollback-capacity"
  | "disruption-budget"
  | "success-rate"
  | "source-failures"
  | "p99"
  | "sample"
  | "scrape"
  | "database"
  | "record"
  | "object"
  | "verb";

/** What the checks mean for going forward. */
export type Verdict = "pass" | "wait" | "fail" | "inconclusive";

/** The gravest counts: failing traffic, then what blocks, then what is not known but must be. */
export function verdictOf(checks: readonly Check[]): Verdict {
  if (checks.some(({ level, effect }) => level === "block" && effect === "fail")) return "fail";
  if (checks.some(({ level }) => level === "block")) return "wait";
  return checks.some(({ level, effect }) => level === "unknown" && effect === "evidence")
    ? "inconclusive"
    : "pass";
}
