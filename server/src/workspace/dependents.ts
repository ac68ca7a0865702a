import type { SourceDocument } from "../model/document.ts";

/** Who depends on what: documents by the questions (see `Workspace.snapshot`) that were asked about the workspace for them. */
export class Dependents {
  readonly #documents = new Map<string, Set<SourceDocument>>();
  #questions = new WeakMap<SourceDocument, ReadonlySet<string>>();

  /** The documents for which a question was asked. */
  of(question: string): readonly SourceDocument[] {
    return [...(this.#documents.get(question) ?? [])];
  }

  add(document: SourceDocument, asked: ReadonlySet<string>): void {
    this.#questions.set(document, asked);
    for (const question of asked) {
      const documents = this.#documents.get(question);
      if (documents === undefined) this.#documents.set(question, new Set([document]));
      else documents.add(document);
    }
  }

  remove(document: SourceDocument): void {
    for (const question of this.#questions.get(document) ?? []) {
      const documents = this.#documents.get(question);
      documents?.delete(document);
      if (documents?.size === 0) this.#documents.delete(question);
    }
    this.#questions.delete(document);
  }

  clear(): void {
    this.#documents.clear();
    this.#questions = new WeakMap();
  }
}
