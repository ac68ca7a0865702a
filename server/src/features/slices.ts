import { setImmediate } from "node:timers/promises";

/** How long the server may be deaf to the client, in milliseconds. */
const SLICE_MS = 8;

/** Cuts long work into slices, between which the client is heard. */
export class Slices {
  #started = performance.now();

  /** Lets others have a turn when the slice is used up. */
  async pause(): Promise<void> {
    if (performance.now() - this.#started < SLICE_MS) return;
    await setImmediate();
    this.#started = performance.now();
  }
}
