import { Analysis } from "../analysis.ts";
import type { Config } from "../config/config.ts";
import { isConfigFile } from "../config/name.ts";
import { meaningTypes } from "../effective/meanings.ts";
import type { Doubt } from "../features/session.ts";
import { type SourceDocument, SourceFile } from "../model/document.ts";
import type { Resource } from "../model/resource.ts";
import type { Trial } from "../refactor/refactoring.ts";
import type { Surroundings } from "../render/judged.ts";
import type { Finding } from "../rules/finding.ts";
import type { Rule } from "../rules/rule.ts";
import type { Profile } from "../rules/severity.ts";
import { type Subject, subjectsIn } from "../survival/subjects.ts";
import type { Beyond } from "../workspace/beyond.ts";
import { Kept } from "../workspace/kept.ts";
import type { Snapshot, Topology } from "../workspace/snapshot.ts";
import { relativeTo } from "../workspace/uri.ts";
import { Workspace } from "../workspace/workspace.ts";
import { Configs } from "./configs.ts";

/** Texts in, findings out: the analysed workspace, without protocol and files. URIs are canonical. */
export class Project {
  readonly rules: readonly Rule[];
  readonly #workspace: Workspace;
  readonly #configs: Configs;
  readonly #configFor: (uri: string) => Config;
  readonly #profileOf: (uri: string) => Profile;
  /** Configurations that stand outside the workspace. */
  readonly #outerConfigs: SourceFile[] = [];
  readonly #analysis: Analysis;
  readonly #subjects: Kept<readonly Subject[]>;
  /** Texts that came in since the last look; undefined for a file that went. */
  readonly #incoming = new Map<string, string | undefined>();
  #loaded = false;
  #inDoubt = new Set<string>();
  #everythingInDoubt = false;
  #liveTopology: Topology | undefined;

  /** `profileOf` says which profile counts for a file where no `.nines.yaml` does. */
  constructor(rules: readonly Rule[], profileOf: (uri: string) => Profile) {
    this.rules = rules;
    this.#profileOf = profileOf;
    this.#workspace = new Workspace([...rules.flatMap((rule) => rule.types), ...meaningTypes]);
    this.#configs = new Configs(rules);
    this.#configFor = (uri) => this.#withLiveTopology(this.#configs.configFor(uri, profileOf(uri)));
    this.#analysis = new Analysis(this.#workspace, {
      rules,
      configFor: this.#configFor,
      now: Date.now,
    });
    this.#subjects = new Kept(this.#workspace, (snapshot, document) =>
      subjectsIn(snapshot, document, this.#configFor(document.uri).topology),
    );
  }

  /** Whether every file is in, so that something may be called missing. */
  get complete(): boolean {
    return this.#workspace.complete;
  }

  /** Says that every file is in. */
  markComplete(): void {
    if (this.complete) return;
    this.#workspace.markComplete();
    this.reset();
  }

  /** Has everything judged again: settings changed. */
  reset(): void {
    this.#analysis.reset();
    this.#subjects.reset();
    this.#everythingInDoubt = true;
  }

  /** Lets rules look at what a connected cluster has; undefined: no more. */
  setBeyond(beyond: Beyond | undefined): void {
    this.#workspace.setBeyond(beyond);
    this.reset();
  }

  /** Says that a connected cluster has become another. */
  beyondChanged(): void {
    this.#loaded = true;
  }

  /** The nodes and zones that count where no `.nines.yaml` states any; undefined: none. */
  setLiveTopology(topology: Topology | undefined): void {
    this.#liveTopology = topology;
    this.reset();
  }

  /** Brings in a file or its new text. It is taken in at the next look, so that a burst of edits costs one. */
  set(uri: string, text: string): void {
    this.#incoming.set(uri, text);
  }

  delete(uri: string): void {
    this.#incoming.set(uri, undefined);
  }

  /** Puts in a file while there are many to come: what follows from it is seen at the next look. */
  load(uri: string, text: string): void {
    this.#put(uri, text);
    this.#inDoubt.add(uri);
    this.#loaded = true;
  }

  /**
   * Brings in another version of a file at once, undefined when it is gone. Returns the documents of other files whose
   * verdicts that puts in doubt; they stand until the next look.
   */
  revise(uri: string, text: string | undefined): ReadonlySet<SourceDocument> {
    if (text === undefined) this.#remove(uri);
    else this.#put(uri, text);
    this.#loaded = true;
    return this.#analysis.inDoubt();
  }

  /** Whether the configuration that counts for a file says to leave it alone. */
  isIgnored(uri: string): boolean {
    const config = this.#configFor(uri);
    const path = config.folder === undefined ? undefined : relativeTo(config.folder, uri);
    return path !== undefined && config.ignores(path);
  }

  /** Takes in a configuration that stands outside the workspace, above it. It is not judged itself. */
  setOuterConfig(uri: string, text: string): void {
    const file = new SourceFile(uri, text, new Set());
    this.#outerConfigs.push(file);
    this.#configs.set(file);
    this.reset();
  }

  /** An empty project that judges as this one does. */
  twin(): Project {
    const twin = new Project(this.rules, this.#profileOf);
    for (const config of this.#outerConfigs) twin.#configs.set(config);
    if (this.complete) twin.markComplete();
    return twin;
  }

  file(uri: string): SourceFile | undefined {
    this.takeIn();
    return this.#workspace.file(uri);
  }

  /** Whether a file is in, or about to be. */
  holds(uri: string): boolean {
    return this.#incoming.get(uri) !== undefined || this.#workspace.file(uri) !== undefined;
  }

  /** The URIs of all files. */
  uris(): string[] {
    this.takeIn();
    return Array.from(this.#workspace.files(), (file) => file.uri);
  }

  /** All files. */
  files(): Iterable<SourceFile> {
    this.takeIn();
    return this.#workspace.files();
  }

  /** A view of the workspace as it is now. */
  snapshot(): Snapshot {
    this.takeIn();
    return this.#workspace.snapshot();
  }

  /** What is around the things that are built from the files. */
  get surroundings(): Surroundings & { findings(file: SourceFile): readonly Finding[] } {
    return {
      file: (uri) => this.file(uri),
      findings: (file) => this.findings(file),
      snapshot: () => this.snapshot(),
      policy: { rules: this.rules, configFor: this.#configFor, now: Date.now },
    };
  }

  findings(file: SourceFile): readonly Finding[] {
    this.takeIn();
    return this.#analysis.findings(file);
  }

  /** The workloads of a document and what is guaranteed to them. */
  subjects(document: SourceDocument): readonly Subject[] {
    this.takeIn();
    return this.#subjects.of(document);
  }

  /** Whether a resource is written out as a whole: neither a patch nor a template. */
  isComplete(resource: Resource): boolean {
    return this.#workspace.snapshot().layout.completenessOf(resource) === "complete";
  }

  /** Lets `body` put in other texts of a file; afterwards everything is as before. */
  trying<T>(uri: string, body: (current: () => SourceFile, change: (text: string) => void) => T): T {
    return this.rehearsing((trial) => {
      const current = () => {
        const file = trial.file(uri);
        if (file === undefined) throw new RangeError(`${uri} is not in the project`);
        return file;
      };
      current();
      return body(current, (text) => trial.change(uri, text));
    });
  }

  /** Lets `body` put in other texts of files that are there; afterwards everything is as before. */
  rehearsing<T>(body: (trial: Trial) => T): T {
    const before = new Map<string, string>();
    const put = (uri: string, text: string) => {
      this.#workspace.set(uri, text);
      this.#loaded = true;
      this.takeIn();
    };
    const trial: Trial = {
      file: (uri) => this.file(uri),
      change(uri, text) {
        const file = trial.file(uri);
        if (file === undefined) throw new RangeError(`${uri} is not in the project`);
        if (!before.has(uri)) before.set(uri, file.text);
        put(uri, text);
      },
      snapshot: () => this.snapshot(),
    };
    try {
      return body(trial);
    } finally {
      for (const [uri, text] of before) put(uri, text);
    }
  }

  /** The configuration that counts for a file. */
  configFor(uri: string): Config {
    return this.#configFor(uri);
  }

  /** What may have changed since the last call. */
  takeDoubt(): Doubt {
    this.takeIn();
    const doubt = { everything: this.#everythingInDoubt, uris: this.#inDoubt };
    this.#everythingInDoubt = false;
    this.#inDoubt = new Set();
    return doubt;
  }

  /** Takes in what came since the last look. */
  takeIn(): void {
    if (this.#incoming.size === 0 && !this.#loaded) return;
    this.#loaded = false;
    for (const [uri, text] of this.#incoming) {
      this.#inDoubt.add(uri);
      if (text === undefined) this.#remove(uri);
      else this.#put(uri, text);
    }
    this.#incoming.clear();
    for (const uri of this.#analysis.update()) this.#inDoubt.add(uri);
  }

  #withLiveTopology(config: Config): Config {
    const { nodes, zones, sites } = config.topology;
    if (this.#liveTopology === undefined || nodes !== undefined || zones !== undefined) return config;
    return { ...config, topology: { ...this.#liveTopology, sites } };
  }

  #put(uri: string, text: string): void {
    const before = this.#workspace.file(uri);
    const file = this.#workspace.set(uri, text);
    if (file === before || !isConfigFile(uri)) return;
    this.#configs.set(file);
    this.reset();
  }

  #remove(uri: string): void {
    this.#workspace.delete(uri);
    if (!isConfigFile(uri)) return;
    this.#configs.delete(uri);
    this.reset();
  }
}
