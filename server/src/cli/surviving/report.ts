import { fileURLToPath } from "node:url";
import { settingsFor } from "../../config/config.ts";
import type { Position } from "../../model/lines.ts";
import type { Message } from "../../model/message.ts";
import type { Resource } from "../../model/resource.ts";
import { subjectsIn } from "../../survival/subjects.ts";
import type { Posture } from "../../survival/verdict.ts";
import { compareTexts } from "../../text/compare.ts";
import type { Bundle } from "../../workspace/layout.ts";
import { displayPath } from "../files/uris.ts";
import type { Project } from "../project.ts";

/** A workload with what is guaranteed to it. */
export interface Survivor {
  readonly resource: Resource;
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
}

/** The workloads of a run. */
export interface SurvivalReport {
  /** By file and place. */
  readonly workloads: readonly Survivor[];
  readonly skipped: readonly { readonly file: string; readonly reason: Message }[];
}

/** What is guaranteed to the workloads of a project's files. */
export function survivalOf(project: Project, cwd: string): SurvivalReport {
  const { snapshot, policy } = project.surroundings;
  const now = snapshot();
  const workloads = project.files.flatMap((file) => {
    const source = project.source(file);
    const { topology } = settingsFor(policy.configFor(file.uri), undefined);
    const bundles = now.layout.bundlesOf(file.uri).map(({ id, kind }): BundleName => {
      return { path: displayPath(cwd, fileURLToPath(id)), kind };
    });
    return source.documents
      .flatMap((document) => subjectsIn(now, document, topology))
      .map(({ resource, posture }): Survivor => {
        const { document, range } = resource.title;
        const start = document.file.lines.position(document.inFile(range).start);
        return { resource, file: displayPath(cwd, file.path), start, posture, bundles };
      });
  });
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
