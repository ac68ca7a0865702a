import { Analysis } from "../analysis.ts";
import { CONFIG_INVALID } from "../config/built-in.ts";
import { isConfigFile } from "../config/name.ts";
import { readConfig } from "../config/read.ts";
import { ConfigStore, type Overlay } from "../config/store.ts";
import { reasonOf } from "../files/read.ts";
import { type SourceDocument, SourceFile } from "../model/document.ts";
import { type Message, t } from "../model/message.ts";
import { type JudgedAll, NOTHING_JUDGED } from "../programs/judge-built.ts";
import type { Surroundings } from "../render/judged.ts";
import type { Finding } from "../rules/finding.ts";
import type { Rule } from "../rules/rule.ts";
import { guarded } from "../server/guard.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { relativeTo } from "../workspace/uri.ts";
import { Workspace } from "../workspace/workspace.ts";
import type { Skipped } from "./files/select.ts";
import { uriOfPath } from "./files/uris.ts";

/** A file that is checked. */
export interface CheckedFile {
  /** Absolute. */
  readonly path: string;
  readonly uri: string;
  /** Whether it begins with a byte order mark, which is not part of its text here. */
  readonly bom: boolean;
}

/** A file or configuration whose verdict can be asked for. */
export interface Unit {
  /** Absolute. */
  readonly path: string;
  findings(): readonly Finding[];
}

/** The files of a run and their verdicts. */
export class Project {
  readonly #rules: readonly Rule[];
  readonly #workspace: Workspace;
  readonly #configs: ConfigStore;
  readonly #analysis: Analysis;
  readonly #files: CheckedFile[] = [];
  /** What is wrong with the configurations that are judged, by URI. */
  readonly #configFindings = new Map<string, readonly Finding[]>();
  readonly #paths = new Map<string, string>();
  readonly #skipped = new Map<string, Skipped>();
  #failed = false;
  #built = NOTHING_JUDGED;

  /** `keepSuppressed`: whether `suppressed` will be asked for. */
  constructor(rules: readonly Rule[], overlay: Overlay = {}, keepSuppressed = false) {
    this.#rules = guarded(rules, (ruleId, { document }, error) => {
      this.fail(this.pathOf(document.uri), ruleFailed(ruleId, error));
    });
    this.#workspace = new Workspace(rules.flatMap((rule) => rule.types));
    this.#configs = new ConfigStore(rules, overlay);
    const configFor = (uri: string) => this.#configs.configFor(uri);
    this.#analysis = new Analysis(this.#workspace, {
      rules: this.#rules,
      configFor,
      onlyPreferredFixes: true,
      now: Date.now,
      keepSuppressed,
    });
  }

  /** What is checked, without configurations. */
  get files(): readonly CheckedFile[] {
    return this.#files;
  }

  /** All files that are in, checked or not. */
  allFiles(): Iterable<SourceFile> {
    return this.#workspace.files();
  }

  /** What is around the things that are built from the files. */
  get surroundings(): Surroundings & { findings(file: SourceFile): readonly Finding[] } {
    return {
      file: (uri) => this.#workspace.file(uri),
      findings: (file) => this.#analysis.findings(file),
      snapshot: () => this.#workspace.snapshot(),
      policy: { rules: this.#rules, configFor: (uri) => this.#configs.configFor(uri), now: Date.now },
    };
  }

  /** Takes in what was found in what is built from the files. */
  addBuilt(built: JudgedAll): void {
    this.#built = built;
  }

  /** What was built and judged. */
  get built(): JudgedAll {
    return this.#built;
  }

  /** Findings of the sources that are left out, since nothing that is built from them shows them. */
  untold(): readonly Finding[] {
    const { findings } = this.#built;
    return this.#files
      .flatMap((file) => this.#analysis.findings(this.source(file)))
      .filter((finding) => findings.isUntold(finding));
  }

  /** What gave no verdict, or not the whole of it. */
  get skipped(): readonly Skipped[] {
    return [...this.#skipped.values()];
  }

  /** Whether something failed that a clean verdict needs. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Notes that there is no verdict about a file. */
  skip(path: string, reason: Message): void {
    this.#skipped.set(path, { path, reason });
  }

  /** The same, for something that was asked for by name or that the other verdicts need. */
  fail(path: string, reason: Message): void {
    this.skip(path, reason);
    this.#failed = true;
  }

  /** Takes in a configuration for the files around it; what is wrong with it is reported when it `isJudged`. */
  addConfig(path: string, text: string, isJudged: boolean): void {
    this.#configs.set(this.#configFile(path, text, isJudged));
  }

  /** Takes in a configuration that counts for every file. */
  forceConfig(path: string, text: string): void {
    this.#configs.force(this.#configFile(path, text, true));
  }

  /** Whether the configuration says to leave a file alone. */
  ignores(path: string): boolean {
    const uri = uriOfPath(path);
    const config = this.#configs.configFor(uri);
    const below = config.folder === undefined ? undefined : relativeTo(config.folder, uri);
    return below !== undefined && config.ignores(below);
  }

  /** Takes in a file to check. Returns whether it holds anything that rules judge. */
  addFile(path: string, text: string, bom: boolean): boolean {
    const source = this.addContext(path, text);
    this.#files.push({ path, uri: source.uri, bom });
    return source.documents.some((document) => document.resources.length > 0);
  }

  /** Takes in a file that others may refer to. */
  addContext(path: string, text: string): SourceFile {
    const uri = uriOfPath(path);
    this.#paths.set(uri, path);
    return this.#workspace.set(uri, text);
  }

  /**
   * Brings in another version of a file, of whatever role; undefined when it is gone. `isJudged`: whether a file that is
   * new is one to check. Returns the documents of other files whose verdicts that puts in doubt.
   */
  revise(
    path: string,
    version: { text: string; bom: boolean } | undefined,
    isJudged: boolean,
  ): ReadonlySet<SourceDocument> {
    const uri = uriOfPath(path);
    if (isConfigFile(uri)) this.#reviseConfig(path, uri, version?.text, isJudged);
    else {
      const at = this.#files.findIndex((file) => file.uri === uri);
      if (version === undefined) {
        this.#workspace.delete(uri);
        if (at >= 0) this.#files.splice(at, 1);
      } else {
        this.addContext(path, version.text);
        const file = { path, uri, bom: version.bom };
        if (at >= 0) this.#files[at] = file;
        else if (isJudged) this.#files.push(file);
      }
    }
    return this.#analysis.inDoubt();
  }

  #reviseConfig(path: string, uri: string, text: string | undefined, isJudged: boolean): void {
    this.#configFindings.delete(uri);
    if (text === undefined) this.#configs.delete(uri);
    else this.addConfig(path, text, isJudged);
    this.#analysis.reset();
  }

  /** Says that every file is in, so that something may be called missing. */
  complete(): void {
    this.#workspace.markComplete();
  }

  /** The current version of a file. */
  source(file: CheckedFile): SourceFile {
    const source = this.#workspace.file(file.uri);
    if (source === undefined) throw new Error(`${file.uri} is not part of the workspace`);
    return source;
  }

  /** The files as they are now, for questions that no rule asks. */
  snapshot(): Snapshot {
    return this.#workspace.snapshot();
  }

  /** The current version of the file at an absolute path, manifest or not; undefined when it is not part of the project. */
  sourceAt(path: string): SourceFile | undefined {
    return this.#workspace.file(uriOfPath(path));
  }

  /** The current text of the file at an absolute path. */
  textOf(path: string): string | undefined {
    return this.sourceAt(path)?.text;
  }

  /** The path of a file of the project. */
  pathOf(uri: string): string {
    return this.#paths.get(uri) ?? uri;
  }

  /** Replaces the text of a file. */
  change(file: CheckedFile, text: string): void {
    this.#workspace.set(file.uri, text);
  }

  /** The findings of all files and configurations as they are now. */
  findings(): readonly Finding[] {
    return this.#all().filter(({ suppression }) => suppression === undefined);
  }

  /** The findings that comments and annotations silence; none unless the project was made to keep them. */
  suppressed(): readonly Finding[] {
    return this.#all().filter(({ suppression }) => suppression !== undefined);
  }

  /** The same one after another, each judged when it is asked for; not what is built from files that are not checked. */
  units(): readonly Unit[] {
    this.#analysis.update();
    const configs = [...this.#configFindings].map(([uri, findings]) => ({
      path: this.pathOf(uri),
      findings: () => findings,
    }));
    const files = this.#files.map((file) => ({
      path: file.path,
      findings: () =>
        this.#withBuilt(this.source(file)).filter(({ suppression }) => suppression === undefined),
    }));
    return [...configs, ...files];
  }

  #all(): readonly Finding[] {
    this.#analysis.update();
    const inFiles = this.#files.flatMap((file) => this.#withBuilt(this.source(file)));
    return [...[...this.#configFindings.values()].flat(), ...inFiles, ...this.#builtElsewhere()];
  }

  #withBuilt(source: SourceFile): readonly Finding[] {
    return this.#built.findings.addTo(source, this.#analysis.findings(source), (uri) =>
      this.#workspace.file(uri),
    );
  }

  /** What shows in a build that is checked, in files that are not: of these nothing else is reported. */
  #builtElsewhere(): readonly Finding[] {
    const checked = new Set(this.#files.map(({ uri }) => uri));
    return [...this.#built.findings.uris].flatMap((uri) => {
      const source = checked.has(uri) ? undefined : this.#workspace.file(uri);
      if (source === undefined) return [];
      const { findings } = this.#built;
      return this.#withBuilt(source).filter((each) => (findings.originsOf(each)?.built.length ?? 0) > 0);
    });
  }

  #configFile(path: string, text: string, isJudged: boolean): SourceFile {
    const uri = uriOfPath(path);
    this.#paths.set(uri, path);
    const file = new SourceFile(uri, text, new Set());
    if (isJudged) this.#configFindings.set(uri, this.#judgeConfig(file));
    return file;
  }

  /** Not by the analysis: a file given by `--config` may have any name. */
  #judgeConfig(file: SourceFile): Finding[] {
    return readConfig(file, this.#rules).problems.map((problem) => ({
      ...problem,
      ruleId: CONFIG_INVALID,
      severity: "error",
      resource: undefined,
      related: [],
      fixes: [],
    }));
  }
}

function ruleFailed(ruleId: string, error: unknown): Message {
  return t("The rule {id} failed, so its verdict is missing: {reason}. Please report this.", {
    id: ruleId,
    reason: reasonOf(error),
  });
}
