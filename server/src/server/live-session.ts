import type { Config } from "../config/config.ts";
import type { ClientFeatures } from "../features/client.ts";
import type { DrawingSettings, SchemaSettings, Session, Twin } from "../features/session.ts";
import { mayHoldResources } from "../files/manifest-names.ts";
import type { SourceDocument, SourceFile } from "../model/document.ts";
import { type Catalogue, type Message, render } from "../model/message.ts";
import type { Resource } from "../model/resource.ts";
import type { JudgedAll } from "../programs/judge-built.ts";
import type { Trial } from "../refactor/refactoring.ts";
import type { Origins } from "../render/built-findings.ts";
import type { Judged } from "../render/judged.ts";
import type { Finding } from "../rules/finding.ts";
import type { Rule } from "../rules/rule.ts";
import type { Subject } from "../survival/subjects.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { baseName } from "../workspace/uri.ts";
import type { Folders } from "./folders.ts";
import type { OpenDocuments } from "./open-documents.ts";
import type { Project } from "./project.ts";
import { canonicalUri } from "./uris.ts";

/** The parts of the server that a session is made of. */
export interface SessionParts {
  readonly client: ClientFeatures;
  readonly project: Project;
  readonly folders: Folders;
  readonly open: OpenDocuments;
  readonly catalogue: Catalogue;
  readonly ready: Promise<void>;
  readonly complete: Promise<void>;
  /** Whether a file would be read. */
  isWanted(uri: string): boolean;
  /** A file's findings with those of what is built from it. */
  withBuilt(file: SourceFile, own: readonly Finding[]): readonly Finding[];
  /** What was built, judged. */
  readonly judged: JudgedAll;
  /** Called when an analysis failed; the file then has no findings. */
  failed(uri: string, error: unknown): void;
}

const NO_SCHEMAS: SchemaSettings = { validate: false, completion: false, hover: false };
const NO_DRAWING: DrawingSettings = { inlayHints: "off", codeLens: false };

/** The session that the features see. */
export class LiveSession implements Session {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get client(): ClientFeatures {
    return this.#parts.client;
  }

  get ready(): Promise<void> {
    return this.#parts.ready;
  }

  get complete(): Promise<void> {
    return this.#parts.complete;
  }

  get rules(): readonly Rule[] {
    return this.#parts.project.rules;
  }

  file(uri: string): SourceFile | undefined {
    return this.#parts.project.file(canonicalUri(uri));
  }

  findings(file: SourceFile): readonly Finding[] {
    return this.#judge(file, () => this.#parts.withBuilt(file, this.#parts.project.findings(file)));
  }

  #judge({ uri }: SourceFile, findings: () => readonly Finding[]): readonly Finding[] {
    const { folders, failed } = this.#parts;
    if (!folders.settingsOf(uri).enable || this.#isReference(uri)) return [];
    try {
      return findings();
    } catch (error) {
      failed(uri, error);
      return [];
    }
  }

  builds(): readonly Judged[] {
    return this.#parts.judged.judged;
  }

  originsOf(finding: Finding): Origins | undefined {
    return this.#parts.judged.findings.originsOf(finding);
  }

  twin(): Twin {
    const twin = this.#parts.project.twin();
    return {
      load: (uri, text) => twin.load(uri, text),
      file: (uri) => twin.file(uri),
      files: () => twin.files(),
      findings: (file) => this.#judge(file, () => twin.findings(file)),
      surroundings: twin.surroundings,
      revise: (uri, text) => twin.revise(uri, text),
    };
  }

  mayHold(uri: string, text: string): boolean {
    return this.#parts.isWanted(uri) && mayHoldResources(baseName(uri), text);
  }

  subjects(document: SourceDocument): readonly Subject[] {
    if (!this.isEnabled(document.uri)) return [];
    try {
      return this.#parts.project.subjects(document);
    } catch (error) {
      this.#parts.failed(document.uri, error);
      return [];
    }
  }

  settings(uri: string): SchemaSettings {
    return this.isEnabled(uri) ? this.#parts.folders.settingsOf(uri).schema : NO_SCHEMAS;
  }

  isEnabled(uri: string): boolean {
    const { folders, project } = this.#parts;
    return folders.settingsOf(uri).enable && !project.isIgnored(uri) && !this.#isReference(uri);
  }

  /** What lies outside of the workspace is nobody's business until it is opened. */
  #isReference(uri: string): boolean {
    return this.#parts.folders.isReference(uri) && !this.#parts.open.has(uri);
  }

  drawing(uri: string): DrawingSettings {
    return this.isEnabled(uri) ? this.#parts.folders.settingsOf(uri).drawing : NO_DRAWING;
  }

  isComplete(resource: Resource): boolean {
    return this.#parts.project.isComplete(resource);
  }

  trying<T>(uri: string, body: (current: () => SourceFile, change: (text: string) => void) => T): T {
    return this.#parts.project.trying(uri, body);
  }

  rehearsing<T>(body: (trial: Trial) => T): T {
    return this.#parts.project.rehearsing(body);
  }

  configFor(uri: string): Config {
    return this.#parts.project.configFor(uri);
  }

  uris(): readonly string[] {
    return this.#parts.project.uris();
  }

  files(): Iterable<SourceFile> {
    return this.#parts.project.files();
  }

  snapshot(): Snapshot {
    return this.#parts.project.snapshot();
  }

  openUris(): readonly string[] {
    return [...this.#parts.open.uris()];
  }

  canonicalUri(uri: string): string {
    return canonicalUri(uri);
  }

  clientUri(uri: string): string {
    return this.#parts.open.get(uri)?.uri ?? uri;
  }

  version(uri: string): number | null {
    return this.#parts.open.get(canonicalUri(uri))?.version ?? null;
  }

  text(message: Message): string {
    return render(message, this.#parts.catalogue);
  }
}
