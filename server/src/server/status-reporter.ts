import type { Connection } from "vscode-languageserver/node";
import { METHODS, type Status } from "./protocol.ts";

/** Between two reports, in milliseconds. */
const PAUSE_MS = 200;

/** Tells the client what the server is doing, not too often. */
export class StatusReporter {
  readonly #connection: Connection;
  readonly #enabled: boolean;
  #current: Status = { state: "indexing", files: 0, findings: undefined, note: undefined };
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: Connection, enabled: boolean) {
    this.#connection = connection;
    this.#enabled = enabled;
  }

  /** Changes the status as far as it is given. */
  update(change: Partial<Status>): void {
    this.#current = { ...this.#current, ...change };
    if (!this.#enabled || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#connection.sendNotification(METHODS.status, this.#current);
    }, PAUSE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
