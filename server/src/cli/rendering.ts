import { type BuiltAll, buildAll, type RenderProblem } from "../programs/build-all.ts";
import { Builder } from "../programs/builder.ts";
import { type JudgedAll, judgeBuilt, NOTHING_JUDGED } from "../programs/judge-built.ts";
import { type VersionSource, VersionTree } from "../programs/version-tree.ts";
import { type Build, type Builds, buildsOf } from "../render/build.ts";
import { pathOfUri } from "../server/uris.ts";
import type { Project } from "./project.ts";

/** How long one chart or kustomization may take, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** How long Git may take to give the files of another version, in milliseconds. */
const EXPORT_TIMEOUT_MS = 120_000;

/** Interrupted by the user, as shells report it. */
const INTERRUPTED = 130;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** What rendering a project came to. */
export interface Rendered {
  /** What was asked for: builds of the checked files. */
  readonly builds: readonly Build[];
  readonly judged: JudgedAll;
  readonly problems: readonly RenderProblem[];
}

/**
 * Renders the charts and builds the kustomizations among the checked files, and adds what is found there to the
 * project. What could not be rendered is noted as skipped.
 */
export async function renderInto(project: Project, source?: VersionSource): Promise<Rendered> {
  const rendered = await render(project, source);
  for (const { file, reason } of rendered.problems) project.skip(project.pathOf(file), reason);
  project.addBuilt(rendered.judged);
  return rendered;
}

/**
 * The same without a word in the project. With a `source`, the project holds another version of the files than the
 * disk: what is built is written to a folder of its own, which goes afterwards.
 */
export async function render(project: Project, source?: VersionSource): Promise<Rendered> {
  const checked = new Set(project.files.map(({ uri }) => uri));
  const all = buildsOf(project.allFiles());
  const wanted: Builds = {
    builds: all.builds.filter(({ file }) => checked.has(file)),
    declined: all.declined.filter(({ file }) => checked.has(file)),
  };
  const tree = source && new VersionTree([source], pathOfUri);
  const builder = new Builder({ pathOf: tree?.pathOf ?? pathOfUri });
  const cancellation = new AbortController();
  const interrupt = () => {
    cancellation.abort();
    builder.cancel();
  };
  for (const signal of SIGNALS) process.once(signal, interrupt);
  let outcome: BuiltAll | undefined;
  let judged = NOTHING_JUDGED;
  try {
    outcome = await build(project, wanted, builder, tree, cancellation.signal);
    if (outcome !== undefined) judged = judgeAll(outcome, all.builds, builder, project);
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
    builder.cancel();
    tree?.remove();
  }
  if (outcome === undefined) process.exit(INTERRUPTED);
  return { builds: wanted.builds, judged, problems: [...outcome.problems, ...outcome.missing] };
}

/** Undefined when it was interrupted. */
async function build(
  project: Project,
  wanted: Builds,
  builder: Builder,
  tree: VersionTree | undefined,
  signal: AbortSignal,
): Promise<BuiltAll | undefined> {
  const { file } = project.surroundings;
  const refused = await tree?.fill(wanted.builds, file, EXPORT_TIMEOUT_MS, signal);
  return signal.aborted ? undefined : buildAll(builder, wanted, () => TIMEOUT_MS, refused);
}

function judgeAll(
  outcome: BuiltAll,
  builds: readonly Build[],
  builder: Builder,
  project: Project,
): JudgedAll {
  const steps = judgeBuilt(outcome, {
    ...{ builds, builder, around: project.surroundings },
    failed: (_, error) => {
      throw error;
    },
  });
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}
