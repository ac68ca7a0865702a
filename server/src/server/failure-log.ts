import type { Connection } from "vscode-languageserver/node";

/** So many failures are logged; the same rule fails on every file alike. */
const MAX_LOGGED = 100;

/** What went wrong inside the server: logged, and said to the user once. */
export class FailureLog {
  readonly #connection: Connection;
  #count = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
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
        `Nines: ${what} failed on a file, so findings are missing. The output channel says more; please report it.`,
      );
  }
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
