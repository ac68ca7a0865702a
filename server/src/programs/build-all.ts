import { type Message, render, t } from "../model/message.ts";
import type { Build, Builds } from "../render/build.ts";
import type { Builder } from "./builder.ts";

/** A build and what it made. */
export interface Built {
  readonly build: Build;
  readonly output: string;
  /** Hashes of the files of a kustomization as they went into it, by path. */
  readonly sums: ReadonlyMap<string, string>;
}

/** Why something is not rendered. */
export interface RenderProblem {
  /** URI of the file that asks for it. */
  readonly file: string;
  readonly reason: Message;
}

/** What building everything came to. */
export interface BuiltAll {
  readonly built: readonly Built[];
  readonly problems: readonly RenderProblem[];
  /** At most one problem for all charts and one for all kustomizations: there is no program for them. */
  readonly missing: readonly RenderProblem[];
}

/**
 * Builds everything there is. Undefined when it was cancelled. `timeoutOf`: in milliseconds. `refused` says what is not to
 * be built, and why.
 */
export async function buildAll(
  builder: Builder,
  { builds: all, declined }: Builds,
  timeoutOf: (build: Build) => number,
  refused: ReadonlyMap<Build, Message> = new Map(),
): Promise<BuiltAll | undefined> {
  const builds = all.filter((build) => !refused.has(build));
  builder.keepOnly(builds);
  const outcomes = await Promise.all(
    builds.map(async (build) => ({ build, outcome: await builder.build(build, timeoutOf(build)) })),
  );
  if (outcomes.some(({ outcome }) => outcome.status === "cancelled")) return undefined;
  const built = outcomes.flatMap(({ build, outcome }) =>
    outcome.status === "built" ? [{ build, output: outcome.output, sums: outcome.sums }] : [],
  );
  const failures = [
    ...Array.from(refused, ([build, reason]) => ({ build, reason })),
    ...outcomes.flatMap(({ build, outcome }) =>
      outcome.status === "failed" ? [{ build, reason: outcome.reason }] : [],
    ),
  ];
  const missing = outcomes.flatMap(({ build, outcome }) => (outcome.status === "missing" ? [build] : []));
  return { built, problems: [...declined, ...onceEach(failures)], missing: withoutProgram(missing) };
}

/** What fails alike with all the values files of a chart is said once. */
function onceEach(failures: readonly { build: Build; reason: Message }[]): RenderProblem[] {
  const said = new Set<string>();
  return failures.flatMap(({ build, reason }) => {
    const key = `${build.file} ${render(reason)}`;
    if (said.has(key)) return [];
    said.add(key);
    return [{ file: build.values ?? build.file, reason }];
  });
}

/** One problem for all charts, and one for all kustomizations. */
function withoutProgram(builds: readonly Build[]): RenderProblem[] {
  return (["chart", "kustomization"] as const).flatMap((kind) => {
    const files = new Set(builds.filter((build) => build.kind === kind).map(({ file }) => file));
    const [file] = files;
    return file === undefined ? [] : [{ file, reason: notInstalled(kind, files.size) }];
  });
}

function notInstalled(kind: Build["kind"], n: number): Message {
  return kind === "chart"
    ? t(
        "There is no `helm` on the PATH, so charts are not rendered and what their templates become is unknown (charts: {n}). Install Helm to have them checked.",
        { n },
      )
    : t(
        "There is neither `kustomize` nor `kubectl` on the PATH, so kustomizations are judged by their sources alone, not as built (kustomizations: {n}). Install one of them to have them checked.",
        { n },
      );
}
