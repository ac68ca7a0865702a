import type { Message } from "../../model/message.ts";

/** Shows how far a long step is. */
export interface Progress {
  /** `message` says what is done, with {done} and {total} in it. Cheap to call often. */
  step(message: (done: number, total: number) => Message, done: number, total: number): void;
  /** Takes the line away: what is printed next stands where it was. */
  clear(): void;
}

export const noProgress: Progress = { step() {}, clear() {} };

/** Short runs show nothing; a line that changes faster is not read. */
const AFTER_MS = 700;
const EVERY_MS = 100;

/** A line on a terminal that is written over; nothing anywhere else, so that logs and pipes hold results only. */
export function terminalProgress(
  stream: NodeJS.WriteStream,
  say: (message: Message) => string,
  now: () => number = () => performance.now(),
): Progress {
  if (!stream.isTTY) return noProgress;
  const begin = now();
  let last = begin + AFTER_MS - EVERY_MS;
  let isShown = false;
  return {
    step(message, done, total) {
      const at = now();
      if (at - last < EVERY_MS) return;
      last = at;
      isShown = true;
      stream.write(`\r\u001b[2K${say(message(done, total)).slice(0, (stream.columns ?? 80) - 1)}`);
    },
    clear() {
      if (isShown) stream.write("\r\u001b[2K");
      isShown = false;
    },
  };
}
