import { type Message, t } from "../../model/message.ts";
import type { Intent, ShiftRequest } from "./intent.ts";
import type { Journal } from "./journal.ts";
import { journalOf, openJournal, restore } from "./journalling.ts";
import { manualCommands } from "./phases/aftermath.ts";
import { checkCapacity, verifyOld, waitForOld, writeBack } from "./phases/back.ts";
import { apply, gate, readBack, reread } from "./phases/forward.ts";
import { read, watchPreview } from "./phases/reading.ts";
import { retire } from "./phases/retire.ts";
import { monitor, soak } from "./phases/soak.ts";
import { present } from "./present.ts";
import { reduce } from "./reduce.ts";
import { draft, type Effect, ENDED, isRunning, type RunningPhase, type ShiftEvent } from "./state.ts";
import type { ShiftView } from "./view.ts";
import { isBarred, type MemberWork, type ShiftDeps, type Work } from "./work.ts";

/** What each phase does, and what to take for its result should it break. */
const RUN: Readonly<
  Record<
    RunningPhase,
    {
      readonly run: (work: Work, signal: AbortSignal) => Promise<ShiftEvent | undefined>;
      readonly broken: ShiftEvent;
    }
  >
> = {
  reading: { run: read, broken: { type: "readBlocked" } },
  previewed: { run: watchPreview, broken: { type: "changed" } },
  stale: { run: async () => ({ type: "refresh" }), broken: { type: "refresh" } },
  journalling: { run: openJournal, broken: { type: "journalFailed" } },
  preGate: { run: gate, broken: { type: "gateInconclusive" } },
  applying: { run: apply, broken: { type: "applyUnclear" } },
  rereading: { run: reread, broken: { type: "rereadFailed" } },
  propagating: { run: readBack, broken: { type: "readBackFailed" } },
  soaking: { run: soak, broken: { type: "soakInconclusive" } },
  awaitApproval: { run: monitor, broken: { type: "pause" } },
  hold: { run: monitor, broken: { type: "pause" } },
  capacityCheck: { run: checkCapacity, broken: { type: "capacityNone" } },
  rollbackApply: { run: writeBack, broken: { type: "rollbackRefused" } },
  rampWait: { run: waitForOld, broken: { type: "rampStuck" } },
  verifyOld: { run: verifyOld, broken: { type: "verifyFailed" } },
  retiring: { run: retire, broken: { type: "retireRefused" } },
};

/** Wishes of people that end a waiting. */
const DECISIONS: readonly ShiftEvent["type"][] = ["resume", "abort", "retry", "continue", "approve", "force"];

/** A traffic shift from its first reading to its end. Everything it shows is in `view`. */
export class Shift {
  readonly #work: Work;
  readonly #listeners = new Set<() => void>();
  #queue: Promise<void> = Promise.resolve();
  #running: Promise<void> = Promise.resolve();
  #stop = new AbortController();
  #isDisposed = false;

  constructor(request: ShiftRequest, deps: ShiftDeps) {
    this.#work = this.#workOf(request, deps);
  }

  /** The shift of a journal, as it stands: paused, with nothing running. `resume` goes on, `abort` rolls back. */
  static resume(journal: Journal, deps: ShiftDeps): Shift {
    const shift = new Shift(journal.request, { ...deps, thresholds: journal.thresholds });
    restore(shift.#work, journal);
    return shift;
  }

  /** What was asked for. */
  get request(): ShiftRequest {
    return this.#work.request;
  }

  /** What a panel or a terminal shows. */
  get view(): ShiftView {
    return present(this.#work);
  }

  /** Calls back after every change; returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something happened. Resolves once what follows at once is done: the journal is written, the next work begun. */
  dispatch(event: ShiftEvent): Promise<void> {
    this.#queue = this.#queue.then(() => this.#handle(event));
    return this.#queue;
  }

  /** Stops whatever runs and starts nothing more; the journal stays as it is. For the end of a process. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#listeners.clear();
    this.#stop.abort();
    await this.#running;
  }

  async #handle(event: ShiftEvent): Promise<void> {
    if (this.#isDisposed || isBarred(this.#work, event)) return;
    const before = this.#work.control;
    const { control, effects } = reduce(before, event);
    if (control === before && effects.length === 0) return;
    this.#work.control = control;
    // What it waited for has been decided.
    if (DECISIONS.includes(event.type)) this.#work.reason = undefined;
    if (control.phase !== before.phase) this.#entered(before.step, event);
    // Whatever watched the phase before has nothing more to tell.
    if (!isRunning(control.phase)) this.#stop.abort();
    for (const effect of effects) {
      if (!(await this.#carryOut(effect))) return;
    }
    await this.#close();
    this.#work.changed();
  }

  #entered(stepBefore: number, event: ShiftEvent): void {
    const work = this.#work;
    if (work.control.step !== stepBefore || work.control.phase === "preGate") work.stepSince = undefined;
    if (event.type === "continue")
      work.note(t("Going on without evidence, because: {reason}", { reason: event.reason }));
    if (work.control.phase === "completed") work.completedAt ??= work.deps.clock.now();
    if (event.type === "abort") work.note(t("Aborted by hand."));
    if (event.type === "confirm") noteTakenOn(work);
    if (work.control.phase === "manualIntervention") work.manual = manualCommands(work);
  }

  /** False when it failed and another event took over. */
  async #carryOut(effect: Effect): Promise<boolean> {
    if (effect.kind === "stop") {
      this.#stop.abort();
      await this.#running;
      return true;
    }
    if (effect.kind === "run") {
      await this.#start(effect.phase);
      return true;
    }
    try {
      await this.#work.persist();
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#work.note(
        t(
          "The journal could not be written: {reason}. Nothing more is written forward without it. Make room on the disk.",
          { reason },
        ),
      );
      const { control } = reduce(this.#work.control, { type: "journalFailed" });
      if (control === this.#work.control) return true;
      await this.#handle({ type: "journalFailed" });
      return false;
    }
  }

  async #start(phase: RunningPhase): Promise<void> {
    this.#stop.abort();
    await this.#running;
    // It may have been let go of while the journal was written.
    if (this.#isDisposed) return;
    const stop = new AbortController();
    this.#stop = stop;
    const { run, broken } = RUN[phase];
    this.#running = run(this.#work, stop.signal).then(
      (event) => this.#deliver(event, stop),
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.#work.note(t("A defect of Nines stopped this step: {reason}. Please report it.", { reason }));
        this.#deliver(broken, stop);
      },
    );
  }

  /** The late result of something that was stopped counts no more. */
  #deliver(event: ShiftEvent | undefined, stop: AbortController): void {
    if (event !== undefined && !stop.signal.aborted) void this.dispatch(event);
  }

  /** After the end: the lock goes, and the journal of a shift that wrote nothing too. */
  async #close(): Promise<void> {
    const { control, id, deps } = this.#work;
    if (id === undefined) return;
    if (control.phase === "journalling") return;
    // A completed shift can still be rolled back, but it keeps nobody else from the object.
    const isOver = ENDED.includes(control.phase) || control.phase === "completed";
    if (control.journalled && !isOver) return;
    if (control.written > 0) return deps.journals.release(id);
    this.#work.id = undefined;
    await deps.journals.discard(id);
  }

  #workOf(request: ShiftRequest, deps: ShiftDeps): Work {
    const work: Work = {
      request,
      deps,
      thresholds: deps.thresholds,
      members: request.intents.map(memberOf),
      steps: [],
      control: draft(0),
      id: undefined,
      createdAt: deps.clock.now(),
      log: [],
      checks: [],
      reason: undefined,
      manual: [],
      stepSince: undefined,
      ramp: undefined,
      rampSince: undefined,
      failedSince: undefined,
      completedAt: undefined,
      answeredAfter: undefined,
      changed: () => {
        for (const listener of this.#listeners) listener();
      },
      note: (message: Message) => {
        work.log.push({ at: deps.clock.now(), message });
        work.changed();
      },
      persist: () =>
        work.id === undefined ? Promise.resolve() : deps.journals.save(journalOf(work, work.id)),
    };
    return work;
  }
}

function memberOf(intent: Intent): MemberWork {
  return {
    intent,
    context: intent.context,
    ref: intent.ref,
    identity: undefined,
    server: "",
    user: null,
    uid: undefined,
    object: undefined,
    readAt: undefined,
    snapshot: "",
    expected: null,
    restored: false,
    baseline: [],
    situation: undefined,
    checks: [],
    owners: [],
    preview: undefined,
    inverse: undefined,
  };
}

/** Who will undo the shift, as the person was told who takes that on. */
function noteTakenOn(work: Work): void {
  const { accepted } = work.request;
  const reverts = work.members.flatMap(({ owners }) =>
    owners.filter(({ kind }) => accepted.includes(kind)).map((owner) => owner.reverts),
  );
  if (reverts.length > 0) work.note(t("Taken on by hand, as the preview said: {reverts}", { reverts }));
}
