import {
  BACKWARD,
  type Control,
  type Effect,
  ENDED,
  FORWARD,
  type Held,
  isRunning,
  type Phase,
  type ShiftEvent,
} from "./state.ts";

/** A step of the state machine. */
export interface Transition {
  readonly control: Control;
  readonly effects: readonly Effect[];
}

/**
 * The state machine of a shift: pure, total. An event that means nothing in the present phase changes nothing: it is
 * the late result of something that was stopped.
 */
export function reduce(control: Control, event: ShiftEvent): Transition {
  if (ENDED.includes(control.phase)) return { control, effects: [] };
  switch (event.type) {
    case "pause":
      return control.paused ? { control, effects: [] } : keep({ ...control, paused: true });
    case "resume":
      return resume(control);
    case "abort":
      return abort(control);
    case "journalFailed":
      return journalFailed(control);
    default: {
      const next = ON[control.phase]?.(control, event);
      return next === undefined ? { control, effects: [] } : enter(next);
    }
  }
}

/** Whether an event would change anything: for buttons and help texts. */
export function accepts(control: Control, event: ShiftEvent): boolean {
  return reduce(control, event).control !== control;
}

/** Enters the phase: the journal first, then what is to be done there. */
function enter(next: Control, stop = false): Transition {
  const withheld = next.paused && FORWARD.includes(next.phase);
  const control = { ...next, withheld };
  const effects: Effect[] = stop ? [{ kind: "stop" }] : [];
  if (control.journalled) effects.push({ kind: "journal" });
  if (isRunning(control.phase) && !withheld) effects.push({ kind: "run", phase: control.phase });
  return { control, effects };
}

/** Changes something without leaving the phase. */
function keep(control: Control): Transition {
  return { control, effects: control.journalled ? [{ kind: "journal" }] : [] };
}

function resume(control: Control): Transition {
  if (!control.paused) return { control, effects: [] };
  const next = { ...control, paused: false };
  return control.withheld ? enter(next) : keep(next);
}

/** Abort is possible wherever something is left to be undone or given up. */
function abort(control: Control): Transition {
  if (BACKWARD.includes(control.phase) && !control.withheld) return { control, effects: [] };
  const phase = control.written > 0 ? "capacityCheck" : "cancelled";
  const doubtful = control.doubtful || (control.phase === "applying" && !control.withheld);
  return enter({ ...control, phase, doubtful, held: undefined, final: false, paused: false }, true);
}

/** Going forward needs the journal; going back does not: what is on disk already tells how. */
function journalFailed(control: Control): Transition {
  if (control.phase === "journalling") return enter({ ...control, phase: "blocked", journalled: false });
  if (!FORWARD.includes(control.phase)) return { control, effects: [] };
  const held: Held = { from: "preGate", mayContinue: false };
  const written = control.phase === "applying" ? certain(control) : control.written;
  // No journal effect: it would fail again and again.
  return {
    control: { ...control, phase: "hold", held, written, withheld: false },
    effects: [{ kind: "stop" }, { kind: "run", phase: "hold" }],
  };
}

type Handler = (control: Control, event: ShiftEvent) => Control | undefined;

/** Every transition but those that are possible everywhere. */
const ON: Readonly<Partial<Record<Phase, Handler>>> = {
  draft: (c, { type }) => (type === "start" ? to(c, "reading") : undefined),
  reading: (c, { type }) => {
    if (type === "readClear") return to(c, "previewed");
    return type === "readBlocked" ? to(c, "blocked") : undefined;
  },
  blocked: (c, { type }) => (type === "refresh" ? to(c, "reading") : undefined),
  previewed: (c, { type }) => {
    if (type === "changed" || type === "expired") return to(c, "stale");
    if (type === "refresh") return to(c, "reading");
    return type === "confirm" ? to(c, "journalling") : undefined;
  },
  stale: (c, { type }) => (type === "refresh" ? to(c, "reading") : undefined),
  journalling: (c, { type }) =>
    type === "journalled" ? { ...to(c, "preGate"), journalled: true } : undefined,
  preGate: (c, { type }) => {
    if (type === "gatePass") return write(c);
    if (type === "gateWait") return hold(c, "preGate", false);
    if (type === "gateInconclusive") return hold(c, "preGate", true);
    return type === "gateFail" ? giveUp(c) : undefined;
  },
  applying: (c, { type }) => {
    // Whether an unclear one arrived, reading back tells.
    if (type === "applied") return to({ ...c, doubtful: false }, "propagating");
    if (type === "applyUnclear") return to({ ...c, doubtful: true }, "propagating");
    const unwritten = { ...c, written: certain(c) };
    if (type === "applyConflict") return to(unwritten, "rereading");
    if (type === "applyUnreachable") return hold(unwritten, "preGate", false);
    return type === "applyRefused" ? hold(unwritten, "rereading", false) : undefined;
  },
  rereading: (c, { type }) => {
    if (type === "rereadFits") return to(c, "preGate");
    if (type === "rereadWritten") return to({ ...c, written: c.step + 1 }, "propagating");
    // Nothing of ours was written: what was confirmed is no longer what would happen.
    if (type === "rereadChanged") return c.written === 0 ? stale(c) : hold(c, "rereading", false);
    return type === "rereadFailed" ? hold(c, "rereading", false) : undefined;
  },
  propagating: (c, { type }) => {
    if (type === "readBackReached") return to({ ...c, doubtful: false }, "soaking");
    if (type === "readBackUnwritten") return to({ ...c, written: certain(c) }, "preGate");
    if (type === "readBackForeign") return hold(c, "propagating", false);
    if (type === "readBackOther") return hold({ ...c, doubtful: false }, "soaking", true);
    return type === "readBackFailed" ? hold(c, "propagating", false) : undefined;
  },
  soaking: (c, event) => {
    if (event.type === "soakPass") return event.ask && !isLast(c) ? to(c, "awaitApproval") : next(c);
    if (event.type === "soakInconclusive") return hold(c, "soaking", true);
    if (event.type === "readBackForeign") return hold(c, "propagating", false);
    return event.type === "soakFail" ? giveUp(c) : undefined;
  },
  awaitApproval: (c, { type }) => {
    if (type === "approve") return next(c);
    return type === "soakFail" ? giveUp(c) : undefined;
  },
  hold: (c, event) => {
    if (c.held === undefined) return undefined;
    if (event.type === "retry") return { ...to(c, c.held.from), held: undefined };
    if (event.type === "soakFail") return giveUp(c);
    if (event.type === "leave") return leave(c);
    if (event.type !== "continue" || !c.held.mayContinue || event.reason.trim() === "") return undefined;
    return c.held.from === "preGate" ? write({ ...c, held: undefined }) : next({ ...c, held: undefined });
  },
  capacityCheck: (c, { type }) => {
    if (type === "capacityFull") return back(c, true);
    if (type === "capacityPart") return back(c, false);
    if (type === "capacityWait") return to(c, "rampWait");
    if (type === "nothingToUndo") return to(c, "verifyOld");
    return type === "capacityNone" ? to(c, "manualIntervention") : undefined;
  },
  rollbackApply: (c, { type }) => {
    if (type === "rollbackWritten") return to(c, c.final ? "verifyOld" : "rampWait");
    // What stands there now is read again.
    if (type === "rollbackUnclear") return to(c, "capacityCheck");
    return type === "rollbackRefused" ? to(c, "manualIntervention") : undefined;
  },
  rampWait: (c, { type }) => {
    if (type === "rampReady") return to(c, "capacityCheck");
    if (type === "force") return back(c, true);
    return type === "rampStuck" ? to(c, "manualIntervention") : undefined;
  },
  verifyOld: (c, event) => {
    if (event.type === "verified") return to(c, event.more ? "capacityCheck" : "rolledBack");
    return event.type === "verifyFailed" ? to(c, "manualIntervention") : undefined;
  },
  manualIntervention: (c, { type }) => {
    if (type === "retry") return to(c, "capacityCheck");
    if (type === "force") return back(c, true);
    if (type === "leave") return leave(c);
    return type === "resolved" ? to(c, "verifyOld") : undefined;
  },
  completed: (c, { type }) => (type === "retire" ? to(c, "retiring") : undefined),
  retiring: (c, { type }) => {
    if (type === "retireDone") return to(c, "retired");
    return type === "retireRefused" ? to(c, "completed") : undefined;
  },
};

function to(control: Control, phase: Phase): Control {
  return { ...control, phase };
}

/** From here on the step counts as written: the process may end while the request is under way. */
function write(control: Control): Control {
  return { ...control, phase: "applying", written: control.step + 1 };
}

/** How many steps may have been written when the present one has just turned out not to be in place. */
function certain({ doubtful, step, written }: Control): number {
  return doubtful ? written : step;
}

function back(control: Control, final: boolean): Control {
  return { ...control, phase: "rollbackApply", final };
}

function hold(control: Control, from: Held["from"], mayContinue: boolean): Control {
  return { ...control, phase: "hold", held: { from, mayContinue } };
}

function next(control: Control): Control {
  const step = control.step + 1;
  return { ...control, step, phase: step >= control.steps ? "completed" : "preGate" };
}

function isLast(control: Control): boolean {
  return control.step + 1 >= control.steps;
}

/** Aborts: there is something to undo, or there is not. */
function giveUp(control: Control): Control {
  return control.written > 0
    ? { ...control, phase: "capacityCheck", held: undefined, paused: false }
    : { ...control, phase: "cancelled", held: undefined };
}

/** Where something was written, the journal says how it was left. */
function leave(control: Control): Control {
  return { ...control, phase: control.written > 0 ? "left" : "cancelled", held: undefined, paused: false };
}

/** Before the first write a new preview and a new confirmation are needed. */
function stale(control: Control): Control {
  return { ...control, phase: "stale", journalled: false, paused: false };
}
