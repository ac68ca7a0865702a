/** Where a shift is. Pure control data: what is read, planned and measured stands elsewhere. */
export interface Control {
  readonly phase: Phase;
  /** The step that is done now or next, from 0; `steps` once all are done. */
  readonly step: number;
  readonly steps: number;
  /** How many steps may have been written: their writes were started. */
  readonly written: number;
  /**
   * The end of a write of the present step is not known. It may still arrive, whatever was read since, so the step
   * counts as written until it is seen to be in place.
   */
  readonly doubtful: boolean;
  /** Whether the journal is on disk. */
  readonly journalled: boolean;
  readonly paused: boolean;
  /** Something is due in this phase and was not begun, because of the pause or a restart. */
  readonly withheld: boolean;
  /** In `hold`: where to go on, and whether a person may go on without evidence. */
  readonly held: Held | undefined;
  /** In `rollbackApply`: whether this write goes all the way back. */
  readonly final: boolean;
}

/** What was interrupted by a hold. */
export interface Held {
  readonly from: "preGate" | "rereading" | "propagating" | "soaking";
  readonly mayContinue: boolean;
}

export type Phase =
  | "draft"
  | "reading"
  | "blocked"
  | "previewed"
  | "stale"
  /** Confirmed; the journal is being written. */
  | "journalling"
  | "preGate"
  | "applying"
  /** 409 or 422 in the middle: the object is read again. */
  | "rereading"
  | "propagating"
  | "soaking"
  | "awaitApproval"
  /** A question to a person. */
  | "hold"
  /** Aborting: can the old side carry what comes back to it? */
  | "capacityCheck"
  | "rollbackApply"
  /** Between two steps back: the old side scales up. */
  | "rampWait"
  | "verifyOld"
  | "rolledBack"
  | "manualIntervention"
  /** A person takes over what stands there; the journal is kept. */
  | "left"
  /** The old side is kept. */
  | "completed"
  | "retiring"
  | "retired"
  | "cancelled";

/** What may happen. A person's wishes and the results of what was begun. */
export type ShiftEvent =
  // People.
  | { readonly type: "start" | "refresh" | "confirm" | "pause" | "resume" | "abort" | "approve" }
  | { readonly type: "retry" | "force" | "resolved" | "leave" | "retire" }
  /** Going on without evidence: the reason is kept in the journal. */
  | { readonly type: "continue"; readonly reason: string }
  // Reading and previewing.
  | { readonly type: "readClear" | "readBlocked" | "changed" | "expired" }
  | { readonly type: "journalled" | "journalFailed" }
  // A step.
  | { readonly type: "gatePass" | "gateWait" | "gateFail" | "gateInconclusive" }
  | { readonly type: "applied" | "applyUnclear" | "applyConflict" | "applyRefused" | "applyUnreachable" }
  | { readonly type: "rereadFits" | "rereadChanged" | "rereadFailed" }
  /** An earlier write of the step, whose end was not known, has arrived after all. */
  | { readonly type: "rereadWritten" }
  | { readonly type: "readBackReached" | "readBackUnwritten" | "readBackForeign" | "readBackFailed" }
  /** In place, and something else in the object changed as well. */
  | { readonly type: "readBackOther" }
  | { readonly type: "soakPass"; readonly ask: boolean }
  | { readonly type: "soakFail" | "soakInconclusive" }
  // Going back.
  | { readonly type: "capacityFull" | "capacityPart" | "capacityWait" | "capacityNone" | "nothingToUndo" }
  | { readonly type: "rollbackWritten" | "rollbackUnclear" | "rollbackRefused" }
  | { readonly type: "rampReady" | "rampStuck" }
  | { readonly type: "verified"; readonly more: boolean }
  | { readonly type: "verifyFailed" }
  | { readonly type: "retireDone" | "retireRefused" };

/** What the engine has to do. They are carried out in order. */
export type Effect =
  /** Write the journal to disk and wait until it is there. */
  | { readonly kind: "journal" }
  /** Stop what is running. */
  | { readonly kind: "stop" }
  /** Do what the phase is about; its result comes back as an event. */
  | { readonly kind: "run"; readonly phase: RunningPhase };

/** Phases in which something is done. */
export type RunningPhase = (typeof RUNNING)[number];

const RUNNING = [
  "reading",
  "previewed",
  "stale",
  "journalling",
  "preGate",
  "applying",
  "rereading",
  "propagating",
  "soaking",
  "awaitApproval",
  "hold",
  "capacityCheck",
  "rollbackApply",
  "rampWait",
  "verifyOld",
  "retiring",
] as const;

/** Whether something is done in the phase. */
export function isRunning(phase: Phase): phase is RunningPhase {
  const running: readonly Phase[] = RUNNING;
  return running.includes(phase);
}

/** Phases whose work changes the cluster. */
export const WRITING: readonly Phase[] = ["applying", "rollbackApply"];

/** Phases that lead forward, which a pause holds back. */
export const FORWARD: readonly Phase[] = ["preGate", "applying", "rereading"];

/** Phases after which nothing follows. */
export const ENDED: readonly Phase[] = ["rolledBack", "retired", "cancelled", "left"];

/** Phases on the way back. */
export const BACKWARD: readonly Phase[] = ["capacityCheck", "rollbackApply", "rampWait", "verifyOld"];

/** A shift that nothing was done for yet. */
export function draft(steps: number): Control {
  return {
    phase: "draft",
    step: 0,
    steps,
    written: 0,
    doubtful: false,
    journalled: false,
    paused: false,
    withheld: false,
    held: undefined,
    final: false,
  };
}

/**
 * A shift as it stands in a journal, after whoever ran it went away. It waits: `resume` goes on, `abort` rolls back.
 * What was being written may have arrived, so it is read back first.
 */
export function restored(control: Control): Control {
  const doubtful = control.phase === "applying" || control.doubtful === true;
  const phase = afterRestart(control);
  // Nothing was interrupted where nothing was due.
  const waits = phase !== "completed" && !ENDED.includes(phase);
  return { ...control, phase, doubtful, paused: waits, withheld: waits };
}

function afterRestart({ phase }: Control): Phase {
  if (phase === "applying") return "propagating";
  if (phase === "journalling") return "preGate";
  if (phase === "rollbackApply" || phase === "rampWait") return "capacityCheck";
  return phase === "retiring" ? "completed" : phase;
}
