import { randomUUID } from "node:crypto";
import type { Clock } from "../traffic/shift/cluster.ts";

/** The time of day, and timers that end with the signal. */
export const wallClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const timer = setTimeout(done, milliseconds);
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      }
      signal.addEventListener("abort", done);
    }),
};

/** A name for a journal that no other has; names sort by time. */
export function newShiftId(): string {
  return `${new Date().toISOString().replace(/[^\d]/g, "").slice(0, 14)}-${randomUUID().slice(0, 8)}`;
}
