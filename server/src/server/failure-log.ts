import type { Connection } from "vscode-languageserver/node";
import { type Message, t } from "../model/message.ts";

/** So many failures are logged; the same rule fails on every file alike. */
const MAX_LOGGED = 100;

/** What went wrong inside the server: logged, and said to the user once. */
export class FailureLog {
  readonly #connection: Connection;
  readonly #say: (message: Message) => string;
  #count = 0;

  /** `say` puts a message into the user's language. */
  constructor(connection: Connection, say: (message: Message) => string) {
    this.#connection = connection;
    this.#say = say;
  }

  /** Notes that `what` failed on a file. */
  add(what: string, uri: string, error: unknown): void {
    this.#count++;
    if (this.#count <= MAX_LOGGED)
      this.#connection.console.error(
        `${what} failed on ${uri}, so its findings there are missing: ${traceOf(error)}`,
      );
    if (this.#count === 1)
      this.#connection.window.showWarningMessage(
        this.#say(
          t("Nines could not judge a file, so findings are missing. Its output says more; please report it."),
        ),
      );
  }
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
