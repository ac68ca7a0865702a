import type { BaseBuilder, BuiltBase } from "../features/branch-base.ts";
import type { BaseRepository } from "../features/branch-data.ts";
import type { Twin } from "../features/session.ts";
import { Slices } from "../features/slices.ts";
import type { Cancellation } from "../features/twin.ts";
import { type BuiltAll, buildAll, type RenderProblem } from "../programs/build-all.ts";
import { Builder } from "../programs/builder.ts";
import { type JudgedAll, judgeBuilt } from "../programs/judge-built.ts";
import { VersionTree } from "../programs/version-tree.ts";
import { type Build, buildsOf, idOf } from "../render/build.ts";
import type { RenderSettings } from "./rendering.ts";
import { isFileUri, pathOfUri } from "./uris.ts";

/** How long Git may take to give the files as they were, in milliseconds. */
const EXPORT_TIMEOUT_MS = 60_000;
/** How often is looked whether the answer is still wanted, in milliseconds. */
const WATCH_MS = 100;

/** What building the base of a branch needs of the rest of the server. */
export interface BaseRenderingOptions {
  isTrusted(): boolean;
  settingsOf(uri: string): RenderSettings;
  isIgnored(uri: string): boolean;
  /** Called with what cannot be built as it was. */
  problem(problem: RenderProblem): void;
}

/** What was built of a version: it never changes. */
interface Made {
  readonly key: string;
  readonly builder: Builder;
  readonly outcome: BuiltAll;
}

/**
 * Builds the charts and overlays of a base from files that Git writes to a folder of their own, which goes when they are
 * built. Keeps what it built, since a commit never changes. Runs nothing in a workspace that is not trusted.
 */
export class BaseRendering implements BaseBuilder {
  readonly #options: BaseRenderingOptions;
  #made: Made | undefined;
  #running: AbortController | undefined;

  constructor(options: BaseRenderingOptions) {
    this.#options = options;
  }

  /** Ends what runs. */
  stop(): void {
    this.#running?.abort();
  }

  async build(
    twin: Twin,
    repositories: readonly BaseRepository[],
    cancellation?: Cancellation,
  ): Promise<BuiltBase | "cancelled" | undefined> {
    const { isTrusted, settingsOf, isIgnored } = this.#options;
    const { builds } = buildsOf(twin.files());
    const wanted = builds.filter(
      ({ file }) => isFileUri(file) && settingsOf(file).enabled && !isIgnored(file),
    );
    const sources = repositories.filter(({ root }) => isFileUri(root));
    if (!isTrusted() || sources.length === 0 || wanted.length === 0) return undefined;
    const key = JSON.stringify([sources, wanted.map((each) => [idOf(each), settingsOf(each.file).timeout])]);
    if (this.#made?.key !== key) this.#made = await this.#make(key, twin, sources, wanted, cancellation);
    const made = this.#made;
    if (made === undefined) return "cancelled";
    const { judged, findings } = await judgeAll(made, builds, twin);
    const ids = new Set(judged.map(({ build }) => idOf(build)));
    return { judged, findings, builds: new Map(builds.map((build) => [idOf(build), ids.has(idOf(build))])) };
  }

  async #make(
    key: string,
    twin: Twin,
    repositories: readonly BaseRepository[],
    wanted: readonly Build[],
    cancellation?: Cancellation,
  ): Promise<Made | undefined> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    const sources = repositories.flatMap(({ root, commit }) => {
      const path = pathOfUri(root);
      // Anything else might be an option.
      return path === undefined || !/^[0-9a-f]{40,64}$/.test(commit)
        ? []
        : [{ root: path, version: { commit } }];
    });
    const tree = new VersionTree(sources, pathOfUri);
    const builder = new Builder({ pathOf: tree.pathOf });
    running.signal.addEventListener("abort", () => builder.cancel());
    const watch = setInterval(() => {
      if (cancellation?.isCancellationRequested === true) running.abort();
    }, WATCH_MS);
    try {
      const file = (uri: string) => twin.file(uri);
      const refused = await tree.fill(wanted, file, EXPORT_TIMEOUT_MS, running.signal);
      if (running.signal.aborted) return undefined;
      const all = { builds: wanted, declined: [] };
      const outcome = await buildAll(builder, all, ({ file: uri }) => this.#timeoutOf(uri), refused);
      if (outcome === undefined || running.signal.aborted) return undefined;
      for (const problem of outcome.problems) this.#options.problem(problem);
      return { key, builder, outcome };
    } finally {
      clearInterval(watch);
      builder.cancel();
      tree.remove();
    }
  }

  #timeoutOf(uri: string): number {
    return this.#options.settingsOf(uri).timeout * 1000;
  }
}

async function judgeAll(
  { outcome, builder }: Made,
  builds: readonly Build[],
  twin: Twin,
): Promise<JudgedAll> {
  const slices = new Slices();
  const around = {
    ...twin.surroundings,
    findings: (file: Parameters<Twin["findings"]>[0]) => twin.findings(file),
  };
  const steps = judgeBuilt(outcome, { builds, builder, around, failed: () => undefined });
  let step = steps.next();
  while (step.done !== true) {
    await slices.pause();
    step = steps.next();
  }
  return step.value;
}
