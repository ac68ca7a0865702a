import { type Message, t } from "../../model/message.ts";
import type { BasisLine } from "../../shifting/basis.ts";
import type { Acceptable } from "../../traffic/shift/gates/check.ts";
import type { Shift } from "../../traffic/shift/shift.ts";
import { ENDED, type Phase, type ShiftEvent } from "../../traffic/shift/state.ts";
import { type ActionView, productionName, type ShiftView } from "../../traffic/shift/view.ts";
import type { AcceptBlockParams, ShiftEventParams, ShiftPage } from "./messages.ts";
import { pageOf } from "./page.ts";

/** Changes are told together after this long, in milliseconds. */
const COLLECT_MS = 100;

/** Wishes that lead to a write forward; in a production context none is taken before its name was typed. */
const FORWARD: readonly ActionView["event"][] = ["confirm", "resume", "retry", "continue", "approve"];

/** Phases in which nothing was written yet. */
const HARMLESS: readonly Phase[] = ["draft", "reading", "blocked", "previewed", "stale"];

/** Who is told about a shift. */
export interface Audience {
  readonly say: (message: Message) => string;
  changed(page: ShiftPage): void;
}

/** What a shift is carried out with. */
export interface Hosted {
  readonly shift: Shift;
  /** What it is held to, and who says so. */
  readonly basis: readonly BasisLine[];
  /** The same shift, not begun, without those blocks, which a person takes on; undefined for one that was begun before. */
  readonly taking: ((accepted: readonly Acceptable[]) => Shift) | undefined;
}

/** A wish that is not fulfilled; the sentences say why and what to do. */
export class Refused extends Error {
  readonly sentences: readonly Message[];

  constructor(...sentences: readonly Message[]) {
    super(sentences.map(({ text }) => text).join(" "));
    this.sentences = sentences;
  }
}

/** A shift that people look at in a client and steer from there. */
export class HostedShift {
  readonly name: string;
  readonly #hosted: Hosted;
  readonly #audience: Audience;
  #shift: Shift;
  #stopListening: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isConfirmed = false;
  readonly #accepted: Acceptable[] = [];

  constructor(name: string, hosted: Hosted, audience: Audience) {
    this.name = name;
    this.#hosted = hosted;
    this.#audience = audience;
    this.#shift = hosted.shift;
    this.#stopListening = this.#listenTo(hosted.shift);
  }

  get view(): ShiftView {
    return this.#view();
  }

  /** Whether closing it loses nothing: nothing was written, or all is over. */
  get isIdle(): boolean {
    const { phase } = this.#shift.view;
    return HARMLESS.includes(phase) || ENDED.includes(phase) || phase === "completed";
  }

  /** Whether it goes on, or waits for a person, in the middle. */
  get isUnderWay(): boolean {
    return !this.isIdle;
  }

  page(): ShiftPage {
    const { say } = this.#audience;
    const { basis } = this.#hosted;
    return pageOf(this.#view(), { shift: this.name, basis, now: Date.now(), say });
  }

  /** Begins to read. */
  start(): void {
    void this.#shift.dispatch({ type: "start" });
  }

  /**
   * Does what a person wants.
   * @throws Refused where it is not possible now, or what the person saw has changed
   */
  async wish(params: ShiftEventParams): Promise<void> {
    const { actions } = this.#view();
    const action = actions.find(({ event }) => event === params.event);
    if (action === undefined)
      throw new Refused(
        t("That is not possible any more: the shift has gone on. Look at what it shows now."),
      );
    if (action.confirm !== undefined && params.typed !== action.confirm)
      throw new Refused(
        t("{name} is a production context. Type its name to go on. Nothing was written.", {
          name: action.confirm,
        }),
      );
    if (params.event === "confirm") this.#checkVersions(params.versions ?? []);
    if (FORWARD.includes(params.event)) this.#isConfirmed = true;
    await this.#shift.dispatch(eventOf(params));
  }

  /**
   * Somebody else will undo the shift, and a person takes that on: it is read anew with that block taken away.
   * @throws Refused where nothing of that kind blocks it, or the person saw something else
   */
  async accept({ accept, seen }: AcceptBlockParams): Promise<void> {
    const { taking } = this.#hosted;
    const { phase, members } = this.#shift.view;
    const { say } = this.#audience;
    const blocks = members
      .flatMap(({ checks }) => checks)
      .filter((check) => check.level === "block" && check.accept === accept)
      .map(({ message }) => say(message));
    if (phase !== "blocked" || taking === undefined || blocks.length === 0)
      throw new Refused(
        t("That is not possible any more: the shift has gone on. Look at what it shows now."),
      );
    if (blocks.length !== seen.length || blocks.some((text, i) => text !== seen[i]))
      throw new Refused(t("What would undo the shift has changed meanwhile. Look at the new preview."));
    const before = this.#shift;
    this.#stopListening();
    this.#accepted.push(accept);
    // At once: whoever asks meanwhile is told that the shift has gone on.
    this.#shift = taking([...this.#accepted]);
    this.#stopListening = this.#listenTo(this.#shift);
    await before.dispose();
    this.start();
  }

  /** Ends a drill that is under way: its fault is taken away, as far as that is done before the signal. */
  async endDrill(signal: AbortSignal): Promise<void> {
    if (this.#shift.view.drill === undefined || this.isIdle) return;
    const over = new Promise<void>((resolve) => {
      const look = () => {
        if (this.isIdle || this.#shift.view.phase === "manualIntervention") resolve();
      };
      this.#shift.onChange(look);
      signal.addEventListener("abort", () => resolve());
    });
    void this.#shift.dispatch({ type: "abort" });
    await over;
  }

  /** Stops what runs; what was written stays as it is, and the journal tells it. */
  async dispose(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stopListening();
    await this.#shift.dispose();
  }

  /** Gives up a preview, or lets go of a shift that is over. */
  async close(): Promise<void> {
    if (HARMLESS.includes(this.#shift.view.phase)) await this.#shift.dispatch({ type: "abort" });
    await this.dispose();
  }

  #listenTo(shift: Shift): () => void {
    return shift.onChange(() => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#audience.changed(this.page());
      }, COLLECT_MS);
    });
  }

  #view(): ShiftView {
    const view = withoutPause(this.#shift.view);
    const production = productionName(view.members);
    if (production === undefined) return view;
    const confirm = this.#isConfirmed ? undefined : production;
    return {
      ...view,
      actions: view.actions.map((action) =>
        FORWARD.includes(action.event)
          ? { ...action, confirm: action.event === "confirm" ? production : confirm }
          : action,
      ),
    };
  }

  /** While the person read, the object may have changed: then there is another preview to confirm. */
  #checkVersions(seen: readonly string[]): void {
    const now = this.#shift.view.members.map(({ resourceVersion }) => resourceVersion ?? "");
    if (now.length === seen.length && now.every((version, i) => version === seen[i])) return;
    throw new Refused(t("The object changed meanwhile. Look at the new preview and confirm again."));
  }
}

/** There is nothing to pause before something is written. */
function withoutPause(view: ShiftView): ShiftView {
  if (!HARMLESS.includes(view.phase) && !ENDED.includes(view.phase) && view.phase !== "completed")
    return view;
  return { ...view, actions: view.actions.filter(({ event }) => event !== "pause") };
}

function eventOf({ event, reason }: ShiftEventParams): ShiftEvent {
  return event === "continue"
    ? { type: event, reason: reason ?? "" }
    : // One of the wishes that carry nothing: the protocol lists them, and `actions` had it.
      ({ type: event } as ShiftEvent);
}
