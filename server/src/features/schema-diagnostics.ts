import { setTimeout } from "node:timers/promises";
import { type Diagnostic, DiagnosticSeverity } from "vscode-languageserver/node";
import { isConfigFile } from "../config/name.ts";
import type { SourceDocument, SourceFile } from "../model/document.ts";
import { shift } from "../model/range.ts";
import { OWN_API_VERSION } from "../recovery/document-schemas.ts";
import type { SchemaFinding, SchemaService } from "../schema/types.ts";
import { type DiagnosticData, SOURCE } from "./diagnostic.ts";
import { equalRanges, toLspRange } from "./ranges.ts";
import { schemaParts } from "./schema-document.ts";
import type { Session } from "./session.ts";

/** Edits touch few documents: those are validated before the report is given, if it does not take too long. */
const MAX_AT_ONCE = 4;
const PATIENCE_MS = 25;

/** The rest is validated one by one in the background, and told about now and then. */
const NEWS_MS = 1000;

/**
 * What the schemas say about open files. Each document is validated once; the rules' findings wait for no more
 * than a few of them, and never for the schemas to be loaded.
 */
export class SchemaDiagnostics {
  readonly #session: Session;
  readonly #service: SchemaService;
  /** Called with a file of which more has become known. */
  readonly #found: (uri: string) => void;
  #findings = new WeakMap<SourceDocument, readonly SchemaFinding[]>();
  readonly #diagnostics = new WeakMap<SchemaFinding, Diagnostic>();
  readonly #queue = new Set<SourceDocument>();
  #isLoaded = false;
  #isWorking = false;

  constructor(session: Session, service: SchemaService, found: (uri: string) => void) {
    this.#session = session;
    this.#service = service;
    this.#found = found;
  }

  /** Forgets everything: schemas came or went. */
  reset(): void {
    this.#findings = new WeakMap();
  }

  /** What is known about a file. */
  of(file: SourceFile): readonly Diagnostic[] {
    if (!this.#session.settings(file.uri).validate) return [];
    return file.documents.flatMap((document) =>
      (this.#findings.get(document) ?? []).map((finding) => this.#diagnostic(document, finding)),
    );
  }

  /** Validates the documents of a file that are new: the few of an edit at once, many in the background. */
  async prepare(file: SourceFile): Promise<void> {
    // What is wrong in a configuration is found by reading it.
    if (!this.#session.settings(file.uri).validate || isConfigFile(file.uri)) return;
    const fresh = file.documents.filter(
      (document) => !this.#findings.has(document) && !this.#queue.has(document) && !isJudgedByRule(document),
    );
    if (this.#isLoaded && fresh.length <= MAX_AT_ONCE) {
      const all = Promise.all(fresh.map((document) => this.#validate(document)));
      const inTime = await Promise.race([all.then(() => true), setTimeout(PATIENCE_MS, false)]);
      if (!inTime) void all.then(() => this.#found(file.uri));
      return;
    }
    for (const document of fresh) this.#queue.add(document);
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return;
    this.#isWorking = true;
    const news = new Set<string>();
    let told = performance.now();
    for (const document of this.#queue) {
      // The answer that made this necessary goes out first, and edits come in between.
      await setTimeout(this.#isLoaded ? 0 : PATIENCE_MS);
      this.#queue.delete(document);
      if (!this.#isShown(document)) continue;
      await this.#validate(document);
      news.add(document.uri);
      if (performance.now() - told < NEWS_MS && this.#queue.size > 0) continue;
      for (const uri of news) this.#found(uri);
      news.clear();
      told = performance.now();
    }
    this.#isWorking = false;
  }

  /** Whether a document is still part of an open file. */
  #isShown(document: SourceDocument): boolean {
    const { uri, file } = document;
    return this.#session.version(uri) !== null && this.#session.file(uri) === file;
  }

  async #validate(document: SourceDocument): Promise<void> {
    const findings: SchemaFinding[] = [];
    for (const part of schemaParts(this.#session, document)) {
      for (const finding of await this.#service.validate(part.document))
        findings.push(part.shift === 0 ? finding : { ...finding, range: shift(finding.range, part.shift) });
    }
    this.#isLoaded = true;
    this.#findings.set(document, findings);
  }

  #diagnostic(document: SourceDocument, finding: SchemaFinding): Diagnostic {
    const range = toLspRange(document, finding.range);
    const known = this.#diagnostics.get(finding);
    if (known !== undefined && equalRanges(known.range, range)) return known;
    const data: DiagnosticData = { ruleId: finding.code, fixable: false };
    const diagnostic: Diagnostic = {
      range,
      severity: finding.severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
      source: SOURCE,
      code: finding.code,
      message: this.#session.text(finding.message),
      data,
    };
    this.#diagnostics.set(finding, diagnostic);
    return diagnostic;
  }
}

/** What is wrong with the documents of Nines is found by a rule, for the editor and the command line alike. */
function isJudgedByRule({ resources: [resource] }: SourceDocument): boolean {
  return resource?.apiVersion === OWN_API_VERSION;
}
