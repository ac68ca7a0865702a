import { type Message, t } from "../model/message.ts";
import type { Build } from "../render/build.ts";
import { idOf } from "../render/build.ts";
import { planOf } from "../render/kustomization.ts";
import { Cell } from "./environment.ts";
import { findProgram } from "./find.ts";
import { diskTree, type Fingerprint, fingerprintOfFiles, fingerprintOfFolder } from "./inputs.ts";
import { type Command, type RunOutcome, type RunProgram, runProgram } from "./run.ts";

/** What a build came to. */
export type BuildOutcome =
  | { readonly status: "built"; readonly output: string }
  | { readonly status: "failed"; readonly reason: Message }
  /** The program for it is not installed; the same for every build of the kind. */
  | { readonly status: "missing" }
  | { readonly status: "cancelled" };

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

interface Known {
  readonly key: string;
  readonly outcome: BuildOutcome;
}

/**
 * Builds charts and kustomizations with the programs of the machine. Keeps what it built for as long as the files
 * that went into it are the same.
 */
export class Builder {
  readonly #options: BuilderOptions;
  readonly #run: RunProgram;
  readonly #known = new Map<string, Known>();
  readonly #waiting: (() => void)[] = [];
  #cell: Cell | undefined;
  #free = PARALLEL;

  constructor(options: BuilderOptions) {
    this.#options = options;
    this.#run = options.run ?? runProgram;
  }

  /** Builds, or gives what is known. `timeout` in milliseconds. Never throws. */
  async build(build: Build, timeout: number, signal: AbortSignal): Promise<BuildOutcome> {
    await this.#turn();
    try {
      return await this.#build(build, timeout, signal);
    } catch (error) {
      if (signal.aborted) return { status: "cancelled" };
      return failed(t("Its files could not be read: {reason}.", { reason: String(error) }));
    } finally {
      this.#free++;
      this.#waiting.shift()?.();
    }
  }

  /** Forgets the builds that are not among these. */
  keepOnly(builds: readonly Build[]): void {
    const ids = new Set(builds.map(idOf));
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
  }

  /** Removes what was written to the disk. */
  dispose(): void {
    this.#cell?.remove();
    this.#cell = undefined;
  }

  async #turn(): Promise<void> {
    while (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#free--;
  }

  async #build(build: Build, timeout: number, signal: AbortSignal): Promise<BuildOutcome> {
    if (signal.aborted) return { status: "cancelled" };
    const program = this.#programFor(build);
    if (program === undefined) return { status: "missing" };
    const inputs = await this.#inputs(build, signal);
    if ("refusal" in inputs) return failed(inputs.refusal);
    const key = `${program.path} ${inputs.key}`;
    const known = this.#known.get(idOf(build));
    if (known?.key === key) return known.outcome;
    const args = this.#argsFor(build, program.isKubectl);
    if (args === undefined) return { status: "missing" };
    if (signal.aborted) return { status: "cancelled" };
    this.#cell ??= new Cell();
    const { folder: cwd, env } = this.#cell;
    const command: Command = { program: program.path, args, cwd, env, timeout, maxOutput: MAX_OUTPUT };
    const outcome = asOutcome(await this.#run(command, signal), build, timeout);
    if (outcome.status !== "cancelled") this.#known.set(idOf(build), { key, outcome });
    return outcome;
  }

  #programFor({ kind }: Build): { path: string; isKubectl: boolean } | undefined {
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

function failed(reason: Message): BuildOutcome {
  return { status: "failed", reason };
}

function notHere(): Message {
  return t("It is on no disk that the language server can reach, so it is not rendered.");
}

function asOutcome(run: RunOutcome, { kind }: Build, timeout: number): BuildOutcome {
  const program = kind === "chart" ? "helm template" : "kustomize build";
  switch (run.status) {
    case "done":
      return { status: "built", output: run.output };
    case "cancelled":
      return { status: "cancelled" };
    case "timeout":
      return failed(
        t(
          "`{program}` took longer than {seconds} s and was ended, so nothing is known about what it makes. Run it by hand to see why, or allow more time.",
          { program, seconds: timeout / 1000 },
        ),
      );
    case "tooMuch":
      return failed(
        t(
          "`{program}` wrote more than {size} MiB and was ended, so nothing is known about what it makes. Run it by hand to see why.",
          { program, size: MAX_OUTPUT / 1024 / 1024 },
        ),
      );
    case "failed":
      return failed(reasonOf(run.reason, program));
  }
}

const DEPENDENCIES = /missing in charts\/ directory: ([^\n]+)/;

function reasonOf(said: string, program: string): Message {
  const missing = DEPENDENCIES.exec(said)?.[1];
  if (missing !== undefined)
    return t(
      "The chart depends on {missing}, which is not under charts/. Nines downloads nothing: run `helm dependency build` first.",
      { missing },
    );
  return t("`{program}` failed, so nothing is known about what it makes: {reason}", {
    program,
    reason: complaintIn(said),
  });
}

/** The first line that is no warning says what is wrong; those below it are hints how to see more. */
function complaintIn(said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "" && !/^(?:#|WARNING|W\d{4} )/.test(line));
  const line = lines.find((each) => /^error: /i.test(each)) ?? lines[0] ?? "it does not say why";
  const text = line.replace(/^error: /i, "").trim();
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}
