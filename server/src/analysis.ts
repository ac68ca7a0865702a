import { Analyzer, type Policy } from "./analyze.ts";
import type { SourceDocument, SourceFile } from "./model/document.ts";
import type { Finding } from "./rules/finding.ts";
import { Dependents } from "./workspace/dependents.ts";
import type { Changes, Workspace } from "./workspace/workspace.ts";

/**
 * Verdicts kept across edits. A document is judged again only when its text changed or an answer to something
 * its rules asked may have changed; the outcome equals a cold run (a property test holds it to that).
 */
export class Analysis {
  readonly #workspace: Workspace;
  #analyzer: Analyzer;
  #verdicts = new WeakMap<SourceDocument, readonly Finding[]>();
  readonly #dependents = new Dependents();
  /** Looked at by `inDoubt`, not yet acted upon. */
  readonly #pending: Changes[] = [];
  #generation = 0;

  constructor(workspace: Workspace, policy: Policy) {
    this.#workspace = workspace;
    this.#analyzer = new Analyzer(policy);
  }

  /** Counts up whenever some verdict may have changed. */
  get generation(): number {
    return this.#generation;
  }

  /** Forgets every verdict: the configuration or the completeness of the workspace changed. */
  reset(policy?: Policy): void {
    if (policy !== undefined) this.#analyzer = new Analyzer(policy);
    this.#verdicts = new WeakMap();
    this.#dependents.clear();
    this.#generation++;
  }

  /**
   * The documents whose verdicts the changes since the last look put in doubt; the verdicts stand until `update`.
   * Called after each of several changes, it tells what each of them touches.
   */
  inDoubt(): ReadonlySet<SourceDocument> {
    const changes = this.#workspace.takeChanges();
    this.#pending.push(changes);
    return new Set([...changes.questions].flatMap((question) => this.#dependents.of(question)));
  }

  /**
   * Drops the verdicts that the workspace's changes put in doubt. Returns the files (URIs) that hold them;
   * a file whose own text changed is not in it unless others asked about it too.
   */
  update(): ReadonlySet<string> {
    const files = new Set<string>();
    for (const changes of [...this.#pending.splice(0), this.#workspace.takeChanges()])
      for (const uri of this.#dropInDoubt(changes)) files.add(uri);
    return files;
  }

  #dropInDoubt({ questions, removed }: Changes): ReadonlySet<string> {
    const files = new Set<string>();
    for (const document of removed) this.#drop(document);
    for (const question of questions) {
      for (const document of this.#dependents.of(question)) {
        this.#drop(document);
        files.add(document.uri);
      }
    }
    if (questions.size > 0 || removed.length > 0) this.#generation++;
    return files;
  }

  /** The findings of a file as it is now, sorted by place and rule within each document. */
  findings(file: SourceFile): readonly Finding[] {
    return file.documents.flatMap((document) => this.#verdict(document));
  }

  #verdict(document: SourceDocument): readonly Finding[] {
    const known = this.#verdicts.get(document);
    if (known !== undefined) return known;
    const asked = new Set<string>();
    const findings = this.#analyzer.analyzeDocument(this.#workspace.snapshot(asked), document);
    this.#verdicts.set(document, findings);
    this.#dependents.add(document, asked);
    return findings;
  }

  #drop(document: SourceDocument): void {
    this.#dependents.remove(document);
    this.#verdicts.delete(document);
  }
}
