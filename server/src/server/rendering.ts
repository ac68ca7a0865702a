import { Slices } from "../features/slices.ts";
import type { SourceFile } from "../model/document.ts";
import { type Message, t } from "../model/message.ts";
import { type BuiltAll, buildAll, type RenderProblem } from "../programs/build-all.ts";
import type { Builder } from "../programs/builder.ts";
import { type JudgedAll, judgeBuilt, NOTHING_JUDGED } from "../programs/judge-built.ts";
import { type Build, buildsOf } from "../render/build.ts";
import type { Finding } from "../rules/finding.ts";
import type { Project } from "./project.ts";
import { isFileUri } from "./uris.ts";

/** The settings `nines.render.*`. */
export interface RenderSettings {
  readonly enabled: boolean;
  /** How long one chart or kustomization may take, in seconds. */
  readonly timeout: number;
}

/** What rendering needs of the rest of the server. */
export interface RenderingOptions {
  readonly project: Project;
  readonly builder: Builder;
  /** The settings that count for a file. */
  settingsOf(uri: string): RenderSettings;
  /** Called with the files whose findings may be others now. */
  changed(uris: ReadonlySet<string>): void;
  /** Called with what cannot be rendered and was not said before. */
  problem(problem: RenderProblem): void;
  /** Called with what keeps verdicts incomplete, in a sentence; undefined when nothing does. */
  note(note: Message | undefined): void;
}

/** Saves come in bursts; what follows them is done once, after this many milliseconds of quiet. */
const QUIET_MS = 300;

const NOTHING: BuiltAll = { built: [], problems: [], missing: [] };

/**
 * Renders charts and builds kustomizations in the background, as they are saved, and keeps what was found in them.
 * Runs nothing before the workspace is trusted and all files are in.
 */
export class Rendering {
  readonly #options: RenderingOptions;
  readonly #said = new Set<string>();
  #trusted: boolean;
  #started = false;
  #judged = NOTHING_JUDGED;
  #timer: NodeJS.Timeout | undefined;
  /** Counts the looks that were begun: only the last one's outcome counts. */
  #look = 0;

  constructor(trusted: boolean, options: RenderingOptions) {
    this.#trusted = trusted;
    this.#options = options;
  }

  /** Says that all files are in. */
  start(): void {
    this.#started = true;
    this.changed();
  }

  /** Says whether the user trusts the workspace. */
  trust(trusted: boolean): void {
    this.#trusted = trusted;
    if (!trusted) this.#options.builder.cancel();
    this.changed();
  }

  /** Says that files or settings changed. */
  changed(): void {
    if (!this.#started) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#renew(), QUIET_MS);
  }

  /** Ends what runs, and runs nothing more. */
  stop(): void {
    this.#started = false;
    clearTimeout(this.#timer);
    this.#look++;
    this.#options.builder.cancel();
  }

  /** A file's findings with those of what is built from it. */
  addTo(file: SourceFile, own: readonly Finding[]): readonly Finding[] {
    return this.#judged.findings.addTo(file, own, (uri) => this.#options.project.file(uri));
  }

  /** What was built and judged last. */
  get judged(): JudgedAll {
    return this.#judged;
  }

  async #renew(): Promise<void> {
    const look = ++this.#look;
    const isLast = () => look === this.#look;
    const outcome = this.#trusted ? await this.#build() : NOTHING;
    if (!isLast()) return;
    if (outcome === undefined) {
      // An older look has taken something for older than it is.
      this.changed();
      return;
    }
    const judged = await this.#judge(outcome, isLast);
    if (judged === undefined) return;
    const before = this.#judged.findings;
    this.#judged = judged;
    this.#tell(outcome);
    this.#options.changed(new Set([...before.uris, ...judged.findings.uris]));
  }

  #build(): Promise<BuiltAll | undefined> {
    const { project, builder, settingsOf } = this.#options;
    const isWanted = ({ file }: { file: string }) =>
      isFileUri(file) && settingsOf(file).enabled && !project.isIgnored(file);
    const { builds, declined } = buildsOf(project.files());
    const timeoutOf = ({ file }: Build) => settingsOf(file).timeout * 1000;
    return buildAll(
      builder,
      { builds: builds.filter(isWanted), declined: declined.filter(isWanted) },
      timeoutOf,
    );
  }

  /** Undefined when a newer look has begun. */
  async #judge(outcome: BuiltAll, isLast: () => boolean): Promise<JudgedAll | undefined> {
    const { project, builder, problem } = this.#options;
    const slices = new Slices();
    const steps = judgeBuilt(outcome, {
      builds: buildsOf(project.files()).builds,
      builder,
      around: project.surroundings,
      failed: (build, error) => problem({ file: build.file, reason: notJudged(error) }),
    });
    for (let step = steps.next(); isLast(); step = steps.next()) {
      if (step.done === true) return step.value;
      await slices.pause();
    }
    return undefined;
  }

  #tell({ problems, missing }: BuiltAll): void {
    for (const problem of [...problems, ...missing]) {
      const key = `${problem.file} ${problem.reason.text} ${JSON.stringify(problem.reason.values)}`;
      if (this.#said.has(key)) continue;
      this.#said.add(key);
      this.#options.problem(problem);
    }
    const [first] = missing;
    this.#options.note(first?.reason ?? (problems.length > 0 ? notRendered(problems.length) : undefined));
  }
}

function notJudged(error: unknown): Message {
  return t("What it makes could not be judged, so findings are missing: {reason}. Please report this.", {
    reason: String(error),
  });
}

function notRendered(n: number): Message {
  return t("Charts or kustomizations that are not rendered: {n}. The output says why.", { n });
}
