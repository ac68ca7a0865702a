import { type Connection, TextDocuments } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { canonicalUri } from "./uris.ts";

/** What happens to open documents. URIs are canonical. */
export interface OpenDocumentsListener {
  /** Opened or edited. */
  changed(uri: string): void;
  saved(): void;
  closed(uri: string, clientUri: string): void;
}

/** The documents that the client has open; their text counts, whatever the file system says. */
export class OpenDocuments {
  readonly #documents = new TextDocuments(TextDocument);
  /** The open documents by canonical URI. */
  readonly #byUri = new Map<string, TextDocument>();

  listen(connection: Connection, listener: OpenDocumentsListener): void {
    this.#documents.onDidChangeContent(({ document }) => {
      const uri = canonicalUri(document.uri);
      this.#byUri.set(uri, document);
      listener.changed(uri);
    });
    this.#documents.onDidSave(() => listener.saved());
    this.#documents.onDidClose(({ document }) => {
      const uri = canonicalUri(document.uri);
      this.#byUri.delete(uri);
      listener.closed(uri, document.uri);
    });
    this.#documents.listen(connection);
  }

  get(uri: string): TextDocument | undefined {
    return this.#byUri.get(uri);
  }

  has(uri: string): boolean {
    return this.#byUri.has(uri);
  }

  uris(): Iterable<string> {
    return this.#byUri.keys();
  }
}
