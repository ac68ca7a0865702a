import type { SourceDocument } from "../model/document.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Changes, Workspace } from "./workspace.ts";

interface Entry<T> {
  readonly value: T;
  readonly asked: ReadonlySet<string>;
}

/**
 * What a pure function makes of documents and the workspace, kept across edits: computed again only when the document's
 * text changed, or an answer to something that the function asked may have.
 */
export class Kept<T> {
  readonly #workspace: Workspace;
  readonly #compute: (snapshot: Snapshot, document: SourceDocument) => T;
  #entries = new WeakMap<SourceDocument, Entry<T>>();
  /** Who depends on what: documents by recorded question. */
  readonly #dependents = new Map<string, Set<SourceDocument>>();

  constructor(workspace: Workspace, compute: (snapshot: Snapshot, document: SourceDocument) => T) {
    this.#workspace = workspace;
    this.#compute = compute;
    workspace.onChanges((changes) => this.#update(changes));
  }

  /** The value for a document of the workspace, as it is now. */
  of(document: SourceDocument): T {
    const known = this.#entries.get(document);
    if (known !== undefined) return known.value;
    const asked = new Set<string>();
    const value = this.#compute(this.#workspace.snapshot(asked), document);
    this.#entries.set(document, { value, asked });
    for (const question of asked) {
      const dependents = this.#dependents.get(question);
      if (dependents === undefined) this.#dependents.set(question, new Set([document]));
      else dependents.add(document);
    }
    return value;
  }

  /** Forgets everything: what the function knows besides the workspace has changed. */
  reset(): void {
    this.#entries = new WeakMap();
    this.#dependents.clear();
  }

  #update({ questions, removed }: Changes): void {
    for (const document of removed) this.#drop(document);
    for (const question of questions)
      for (const document of [...(this.#dependents.get(question) ?? [])]) this.#drop(document);
  }

  #drop(document: SourceDocument): void {
    for (const question of this.#entries.get(document)?.asked ?? []) {
      const dependents = this.#dependents.get(question);
      dependents?.delete(document);
      if (dependents?.size === 0) this.#dependents.delete(question);
    }
    this.#entries.delete(document);
  }
}
