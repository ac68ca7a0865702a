import { buildAll } from "../programs/build-all.ts";
import { Builder } from "../programs/builder.ts";
import { judgeBuilt } from "../programs/judge-built.ts";
import { buildsOf } from "../render/build.ts";
import { pathOfUri } from "../server/uris.ts";
import type { Project } from "./project.ts";

/** How long one chart or kustomization may take, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** Interrupted by the user, as shells report it. */
const INTERRUPTED = 130;

/**
 * Renders the charts and builds the kustomizations among the checked files, and adds what is found there to the
 * project. What could not be rendered is noted as skipped.
 */
export async function renderInto(project: Project): Promise<void> {
  const checked = new Set(project.files.map(({ uri }) => uri));
  const all = buildsOf(project.allFiles());
  const builder = new Builder({ pathOf: pathOfUri });
  const interrupt = () => builder.cancel();
  for (const signal of SIGNALS) process.once(signal, interrupt);
  try {
    const wanted = {
      builds: all.builds.filter(({ file }) => checked.has(file)),
      declined: all.declined.filter(({ file }) => checked.has(file)),
    };
    const outcome = await buildAll(builder, wanted, () => TIMEOUT_MS);
    if (outcome === undefined) process.exit(INTERRUPTED);
    for (const { file, reason } of [...outcome.problems, ...outcome.missing])
      project.skip(project.pathOf(file), reason);
    const { surroundings } = project;
    const steps = judgeBuilt(outcome, {
      ...{ builds: all.builds, builder, around: surroundings },
      failed: (_, error) => {
        throw error;
      },
    });
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    project.addBuilt(step.value);
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
    builder.cancel();
  }
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
