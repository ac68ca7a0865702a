import type { Connection } from "vscode-languageserver/node";
import type { SourceFile } from "../model/document.ts";
import type { Reports } from "./reports.ts";
import type { Doubt, Session } from "./session.ts";

/** Diagnostics for clients that cannot ask for them: the open documents' are sent whenever they change. */
export class PushDiagnostics {
  readonly #connection: Connection;
  readonly #session: Session;
  readonly #reports: Reports;
  /** Result ids of what was sent, by canonical URI. */
  readonly #sent = new Map<string, { readonly resultId: string; readonly version: number | null }>();

  constructor(connection: Connection, session: Session, reports: Reports) {
    this.#connection = connection;
    this.#session = session;
    this.#reports = reports;
  }

  /** Sends what is new about the open documents. */
  changed(doubt: Doubt): void {
    for (const uri of this.#session.openUris()) {
      if (doubt.everything || doubt.uris.has(uri) || !this.#sent.has(uri)) this.#publish(uri);
    }
  }

  /** Takes away what is shown for a document that was closed. */
  closed(uri: string, clientUri: string): void {
    if (this.#sent.delete(uri)) void this.#connection.sendDiagnostics({ uri: clientUri, diagnostics: [] });
  }

  #publish(uri: string): void {
    const file = this.#session.file(uri);
    if (file === undefined) {
      this.closed(uri, this.#session.clientUri(uri));
      return;
    }
    this.#send(file);
    void this.#reports.prepare(file).then(() => {
      if (this.#session.file(uri) === file && this.#session.version(uri) !== null) this.#send(file);
    });
  }

  #send(file: SourceFile): void {
    const { uri } = file;
    const { resultId, items } = this.#reports.of(file);
    const version = this.#session.version(uri);
    const before = this.#sent.get(uri);
    if (before?.resultId === resultId && before.version === version) return;
    this.#sent.set(uri, { resultId, version });
    const diagnostics = { uri: this.#session.clientUri(uri), diagnostics: [...items] };
    void this.#connection.sendDiagnostics(version === null ? diagnostics : { ...diagnostics, version });
  }
}
