import type { Overlay } from "../config/store.ts";
import { type ReadOutcome, readManifest } from "../files/read.ts";
import { t } from "../model/message.ts";
import type { Rule } from "../rules/rule.ts";
import { UsageError } from "./errors.ts";
import type { Selection, Target } from "./files/select.ts";
import type { Progress } from "./output/progress.ts";
import { Project } from "./project.ts";

/** What a run is about, beside its files. */
export interface LoadOptions {
  readonly rules: readonly Rule[];
  readonly overlay?: Overlay;
  /** Whether findings that comments and annotations silence will be asked for. */
  readonly keepSuppressed?: boolean;
  /** Whether the files around are needed even if nothing is found to judge: what is rendered may refer to them. */
  readonly needsContext?: boolean;
  /** Absolute path of a configuration that counts for every file instead of those around them. */
  readonly config?: string | undefined;
  /** Reads a file by its absolute path; from the disk when left out. */
  readonly read?: Read;
  readonly progress?: Progress;
}

function reading(done: number, total: number) {
  return t("Reading {done} of {total} files…", { done, total });
}

/** How `readManifest` reads, from wherever. */
export type Read = (path: string, isNamed: boolean) => ReadOutcome | undefined;

/**
 * Reads the selected files and what they may refer to. What cannot be read is noted and left out.
 *
 * All in this thread: rules need all documents in one place, so other threads could only parse, and that does not
 * pay. On two cores, parsing half of 1 MB of manifests in a second thread made a run 12 % longer (each thread has to
 * warm up the parser, and its results have to be copied), and half of 4 MB made it 2 % shorter.
 *
 * @throws UsageError when the given configuration cannot be read
 */
export function load(selection: Selection, options: LoadOptions): Project {
  const project = new Project(options.rules, options.overlay, options.keepSuppressed);
  const read = options.read ?? readManifest;
  if (options.config !== undefined) forceConfig(project, options.config);
  else for (const path of selection.configs) addConfig(project, read, path, true);

  let needsContext = false;
  for (const [i, target] of selection.targets.entries()) {
    options.progress?.step(reading, i, selection.targets.length);
    if (addTarget(project, read, target)) needsContext = true;
  }
  // Nothing that a rule judges: then nothing refers to other files, of which there may be very many.
  if (needsContext || options.needsContext === true) addContext(project, read, selection, options);
  for (const { path, reason, isNamed } of selection.unreadable) {
    if (isNamed) project.fail(path, reason);
    else project.skip(path, reason);
  }
  project.complete();
  return project;
}

function addContext(project: Project, read: Read, selection: Selection, options: LoadOptions): void {
  const judged = new Set(selection.configs);
  const paths = selection.context();
  if (options.config === undefined) {
    for (const path of selection.configs) if (!judged.has(path)) addConfig(project, read, path, false);
  }
  for (const path of paths) {
    if (project.ignores(path)) continue;
    const outcome = read(path, false);
    if (outcome === undefined) continue;
    if ("text" in outcome) project.addContext(path, outcome.text);
    else if (outcome.isRefused) project.skip(path, outcome.problem);
  }
}

/** Returns whether there is something in it to judge. */
function addTarget(project: Project, read: Read, { path, isNamed }: Target): boolean {
  if (project.ignores(path)) {
    if (isNamed) project.skip(path, t("Your `.nines.yaml` says to ignore it."));
    return false;
  }
  const outcome = read(path, isNamed);
  if (outcome === undefined) return false;
  if ("text" in outcome) return project.addFile(path, outcome.text, outcome.bom);
  if (isNamed) project.fail(path, outcome.problem);
  else project.skip(path, outcome.problem);
  return false;
}

function addConfig(project: Project, read: Read, path: string, isJudged: boolean): void {
  const outcome = read(path, true);
  if (outcome === undefined) return;
  if ("text" in outcome) project.addConfig(path, outcome.text, isJudged);
  else if (isJudged) project.fail(path, outcome.problem);
}

function forceConfig(project: Project, path: string): void {
  const outcome = readManifest(path, true);
  if (outcome === undefined || "problem" in outcome) {
    const problem = outcome === undefined ? [] : [outcome.problem];
    throw new UsageError(t("The configuration {path} cannot be used.", { path }), ...problem);
  }
  project.forceConfig(path, outcome.text);
}
