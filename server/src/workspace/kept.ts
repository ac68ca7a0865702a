import type { SourceDocument } from "../model/document.ts";
import { Dependents } from "./dependents.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Changes, Workspace } from "./workspace.ts";

/**
 * What a pure function makes of documents and the workspace, kept across edits: computed again only when the document's
 * text changed, or an answer to something that the function asked may have.
 */
export class Kept<T> {
  readonly #workspace: Workspace;
  readonly #compute: (snapshot: Snapshot, document: SourceDocument) => T;
  #values = new WeakMap<SourceDocument, { readonly value: T }>();
  readonly #dependents = new Dependents();

  constructor(workspace: Workspace, compute: (snapshot: Snapshot, document: SourceDocument) => T) {
    this.#workspace = workspace;
    this.#compute = compute;
    workspace.onChanges((changes) => this.#update(changes));
  }

  /** The value for a document of the workspace, as it is now. */
  of(document: SourceDocument): T {
    const known = this.#values.get(document);
    if (known !== undefined) return known.value;
    const asked = new Set<string>();
    const value = this.#compute(this.#workspace.snapshot(asked), document);
    this.#values.set(document, { value });
    this.#dependents.add(document, asked);
    return value;
  }

  /** Forgets everything: what the function knows besides the workspace has changed. */
  reset(): void {
    this.#values = new WeakMap();
    this.#dependents.clear();
  }

  #update({ questions, removed }: Changes): void {
    for (const document of removed) this.#drop(document);
    for (const question of questions)
      for (const document of this.#dependents.of(question)) this.#drop(document);
  }

  #drop(document: SourceDocument): void {
    this.#dependents.remove(document);
    this.#values.delete(document);
  }
}
