import type { Message } from "../model/message.ts";

/** The command line asks for something that cannot be done; the sentences say what is wrong and what to write. */
export class UsageError extends Error {
  readonly sentences: readonly Message[];

  constructor(...sentences: readonly Message[]) {
    super(sentences.map((sentence) => sentence.text).join(" "));
    this.sentences = sentences;
  }
}

/** What the process tells its caller; part of the public interface. */
export const EXIT = {
  clean: 0,
  findings: 1,
  /** A usage error, or something went wrong inside: no verdict. */
  failed: 2,
} as const;
