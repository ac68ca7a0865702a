import { fileURLToPath } from "node:url";
import { settingsFor } from "../../config/config.ts";
import type { Position } from "../../model/lines.ts";
import type { Message } from "../../model/message.ts";
import type { Location } from "../../model/resource.ts";
import type { Identity } from "../../render/built-resource.ts";
import { isToldBy, makingOf } from "../../render/deployed.ts";
import { subjectsIn } from "../../survival/subjects.ts";
import type { Posture } from "../../survival/verdict.ts";
import { compareTexts } from "../../text/compare.ts";
import type { Bundle } from "../../workspace/layout.ts";
import { displayPath } from "../files/uris.ts";
import type { Project } from "../project.ts";

/** A workload with what is guaranteed to it. */
export interface Survivor {
  /** What it is called: of a build, in the end. */
  readonly resource: Identity;
  /** Relative to the working directory, with `/`. */
  readonly file: string;
  /** From 0; columns in UTF-16 units. */
  readonly start: Position;
  readonly posture: Posture;
  /** What it is deployed with, at least one. */
  readonly bundles: readonly BundleName[];
}

/** A bundle as people and programs are told of it. */
export interface BundleName {
  /** Relative to the working directory, with `/`. */
  readonly path: string;
  readonly kind: Bundle["kind"];
  /** Set where it is told of as it was built. */
  readonly built?: BuiltBundle;
}

/** How a bundle was built. */
export interface BuiltBundle {
  /** In a few words. */
  readonly making: Message;
  /** The values file that was added to a chart's own, relative to the working directory. */
  readonly values: string | undefined;
}

/** The workloads of a run. */
export interface SurvivalReport {
  /** By file and place. */
  readonly workloads: readonly Survivor[];
  readonly skipped: readonly { readonly file: string; readonly reason: Message }[];
}

/** What is guaranteed to the workloads of a project's files; of what was built from them, where it was. */
export function survivalOf(project: Project, cwd: string): SurvivalReport {
  const workloads = [...builtIn(project, cwd), ...writtenIn(project, cwd)];
  return {
    workloads: workloads.sort(
      (a, b) =>
        compareTexts(a.file, b.file) || a.start.line - b.start.line || a.start.character - b.start.character,
    ),
    skipped: project.skipped
      .map(({ path, reason }) => ({ file: displayPath(cwd, path), reason }))
      .sort((a, b) => compareTexts(a.file, b.file)),
  };
}

/** The workloads of the sources, in bundles of which nothing was built. */
function writtenIn(project: Project, cwd: string): Survivor[] {
  const { snapshot, policy } = project.surroundings;
  const now = snapshot();
  const isTold = isToldBy(project.built.judged);
  return project.files.flatMap((file) => {
    const source = project.source(file);
    const { topology } = settingsFor(policy.configFor(file.uri), undefined);
    const bundles = now.layout
      .bundlesOf(file.uri)
      .filter((bundle) => !isTold(bundle))
      .map(({ id, kind }): BundleName => ({ path: displayPath(cwd, fileURLToPath(id)), kind }));
    if (bundles.length === 0) return [];
    return source.documents
      .flatMap((document) => subjectsIn(now, document, topology))
      .map(({ resource, posture }) => survivor(resource.title, cwd, project, { resource, posture, bundles }));
  });
}

/** The workloads that were built, each where it stands in the sources. */
function builtIn(project: Project, cwd: string): Survivor[] {
  const { file: fileOf } = project.surroundings;
  return project.built.judged.flatMap(({ build, workloads }) => {
    const { folder, kind, values: added } = build;
    const values = added === undefined ? undefined : displayPath(cwd, fileURLToPath(added));
    const path = displayPath(cwd, fileURLToPath(folder));
    const bundles: readonly BundleName[] = [{ path, kind, built: { making: makingOf(build), values } }];
    return workloads.flatMap(({ resource, posture, anchor }) => {
      const file = fileOf(anchor.uri);
      const location = file && anchor.locate(file);
      return location === undefined ? [] : [survivor(location, cwd, project, { resource, posture, bundles })];
    });
  });
}

function survivor(
  { document, range }: Location,
  cwd: string,
  project: Project,
  about: Pick<Survivor, "resource" | "posture" | "bundles">,
): Survivor {
  const start = document.file.lines.position(document.inFile(range).start);
  return { ...about, file: displayPath(cwd, project.pathOf(document.uri)), start };
}
