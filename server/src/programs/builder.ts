import { type Message, t } from "../model/message.ts";
import type { Build } from "../render/build.ts";
import { idOf } from "../render/build.ts";
import { planOf } from "../render/kustomization.ts";
import { Cell } from "./environment.ts";
import { findProgram } from "./find.ts";
import { diskTree, type Fingerprint, fingerprintOfFiles, fingerprintOfFolder, sumOf } from "./inputs.ts";
import { type BuildOutcome, failed, outcomeOf } from "./outcome.ts";
import { type Command, type RunProgram, runProgram } from "./run.ts";

/** What a builder needs. */
export interface BuilderOptions {
  /** The path of a file or folder; undefined for one that is on no disk here. */
  pathOf(uri: string): string | undefined;
  /** The environment in which programs are looked for. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly run?: RunProgram;
}

const MAX_OUTPUT = 16 * 1024 * 1024;
/**
 * What charts are told about the cluster: a release that is supported now. Helm itself assumes the one it was built
 * against, which may be years old, and charts then choose APIs that are gone.
 */
const KUBERNETES = "1.34.0";
/** So many programs run at the same time. */
const PARALLEL = 2;

interface FoundProgram {
  /** Absolute. */
  readonly path: string;
  readonly isKubectl: boolean;
}

/** A build of certain files. */
interface Made {
  readonly key: string;
  readonly outcome: Promise<BuildOutcome>;
  cancel(): void;
}

/**
 * Builds charts and kustomizations with the programs of the machine. Keeps what it built, and lets finish what it
 * builds, for as long as the files that go into it are the same.
 */
export class Builder {
  readonly #options: BuilderOptions;
  readonly #run: RunProgram;
  readonly #made = new Map<string, Made>();
  /** The inputs that are being read, by chart or kustomization: builds that differ in their values share them. */
  readonly #reading = new Map<string, Promise<Fingerprint>>();
  readonly #waiting: (() => void)[] = [];
  #cell: Cell | undefined;
  #free = PARALLEL;
  #cancellation = new AbortController();

  constructor(options: BuilderOptions) {
    this.#options = options;
    this.#run = options.run ?? runProgram;
  }

  /** Builds, or gives what is known. `timeout` in milliseconds. Never throws. */
  async build(build: Build, timeout: number): Promise<BuildOutcome> {
    const { signal } = this.#cancellation;
    try {
      return await this.#build(build, timeout, signal);
    } catch (error) {
      if (signal.aborted) return { status: "cancelled" };
      return failed(t("Its files could not be read: {reason}.", { reason: String(error) }));
    }
  }

  /** Whether a text is the one that went into a kustomization under this URI; never for charts, which are read whole. */
  isBuiltOf(sums: ReadonlyMap<string, string>, uri: string, text: string): boolean {
    const path = this.#options.pathOf(uri);
    return path !== undefined && sums.get(path) === sumOf(text);
  }

  /** Begins a new look at these builds: forgets the others, and ends those of them that are under way. */
  keepOnly(builds: readonly Build[]): void {
    // A new look: what was read for the one before may be out of date.
    this.#reading.clear();
    const ids = new Set(builds.map(idOf));
    for (const [id, { cancel }] of this.#made) {
      if (ids.has(id)) continue;
      cancel();
      this.#made.delete(id);
    }
  }

  /** Ends what is under way, and removes what was written to the disk. */
  cancel(): void {
    this.#cancellation.abort();
    this.#cancellation = new AbortController();
    for (const { cancel } of this.#made.values()) cancel();
    this.#cell?.remove();
    this.#cell = undefined;
  }

  async #build(build: Build, timeout: number, signal: AbortSignal): Promise<BuildOutcome> {
    const program = this.#programFor(build);
    if (program === undefined) return { status: "missing" };
    const inputs = await this.#readOnce(build, signal);
    if (signal.aborted) return { status: "cancelled" };
    if ("refusal" in inputs) return failed(inputs.refusal);
    const id = idOf(build);
    const key = `${timeout} ${program.path} ${inputs.key}`;
    const known = this.#made.get(id);
    if (known?.key === key) return known.outcome;
    // What is under way there is about what was.
    known?.cancel();
    const cancellation = new AbortController();
    const outcome = this.#inTurn(() => this.#make(build, program, timeout, inputs.sums, cancellation.signal));
    const made: Made = { key, outcome, cancel: () => cancellation.abort() };
    this.#made.set(id, made);
    void outcome.then(({ status }) => {
      if (status === "cancelled" && this.#made.get(id) === made) this.#made.delete(id);
    });
    return outcome;
  }

  async #make(
    build: Build,
    { path: program, isKubectl }: FoundProgram,
    timeout: number,
    sums: ReadonlyMap<string, string>,
    signal: AbortSignal,
  ): Promise<BuildOutcome> {
    if (signal.aborted) return { status: "cancelled" };
    const args = this.#argsFor(build, isKubectl);
    if (args === undefined) return failed(notHere());
    try {
      this.#cell ??= new Cell();
      const { folder: cwd, env } = this.#cell;
      const command: Command = { program, args, cwd, env, timeout, maxOutput: MAX_OUTPUT };
      return outcomeOf(await this.#run(command, signal), build, command, sums);
    } catch (error) {
      return failed(t("It could not be run: {reason}.", { reason: String(error) }));
    }
  }

  /** Lets a few run at the same time. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    while (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#free--;
    try {
      return await work();
    } finally {
      this.#free++;
      this.#waiting.shift()?.();
    }
  }

  #programFor({ kind }: Build): FoundProgram | undefined {
    const env = this.#options.env ?? process.env;
    const own = findProgram(kind === "chart" ? "helm" : "kustomize", env);
    if (own !== undefined) return { path: own, isKubectl: false };
    const kubectl = kind === "chart" ? undefined : findProgram("kubectl", env);
    return kubectl === undefined ? undefined : { path: kubectl, isKubectl: true };
  }

  #argsFor({ kind, folder, values, release }: Build, isKubectl: boolean): string[] | undefined {
    const path = this.#options.pathOf(folder);
    if (path === undefined) return undefined;
    if (kind === "kustomization") return [isKubectl ? "kustomize" : "build", path];
    const added = values === undefined ? undefined : this.#options.pathOf(values);
    return [
      "template",
      release,
      path,
      "--skip-tests",
      "--kube-version",
      KUBERNETES,
      ...(added === undefined ? [] : ["--values", added]),
    ];
  }

  #readOnce(build: Build, signal: AbortSignal): Promise<Fingerprint> {
    const known = this.#reading.get(build.file);
    if (known !== undefined) return known;
    const reading = this.#inTurn(() => this.#inputs(build, signal)).finally(() => {
      if (this.#reading.get(build.file) === reading) this.#reading.delete(build.file);
    });
    this.#reading.set(build.file, reading);
    return reading;
  }

  /** What goes into a build, as it stands on the disk. */
  async #inputs(build: Build, signal: AbortSignal): Promise<Fingerprint> {
    const { pathOf } = this.#options;
    if (build.kind === "chart") {
      const path = pathOf(build.folder);
      return path === undefined ? { refusal: notHere() } : fingerprintOfFolder(path, signal);
    }
    const outcome = planOf(build.folder, diskTree(pathOf));
    if ("refusal" in outcome) return outcome;
    return fingerprintOfFiles([...outcome.plan.inputs].flatMap((uri) => pathOf(uri) ?? []));
  }
}

function notHere(): Message {
  return t("It is on no disk that the language server can reach, so it is not rendered.");
}
