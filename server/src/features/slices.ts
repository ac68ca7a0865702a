import { setImmediate, setTimeout } from "node:timers/promises";

/** How long the server may be deaf to the client, in milliseconds. */
const SLICE_MS = 8;

/** Cuts long work into slices, between which the client is heard. */
export class Slices {
  readonly #rest: number;
  #started = performance.now();

  /**
   * `rest` says for how long, in milliseconds, nothing is done after a slice: an answer takes several turns, each of which
   * would wait for a slice of work that nobody waits for.
   */
  constructor(rest = 0) {
    this.#rest = rest;
  }

  /** Lets others have a turn when the slice is used up. */
  async pause(): Promise<void> {
    if (performance.now() - this.#started < SLICE_MS) return;
    await (this.#rest === 0 ? setImmediate() : setTimeout(this.#rest));
    this.#started = performance.now();
  }
}
