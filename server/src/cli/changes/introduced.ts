import { resolve } from "node:path";
import { applyOrder } from "../../changes/apply-order.ts";
import { type DifferentPlace, firstDifference } from "../../changes/difference.ts";
import { KnownFindings, type Showing } from "../../changes/known-findings.ts";
import type { SourceDocument } from "../../model/document.ts";
import { type Message, t } from "../../model/message.ts";
import type { Finding } from "../../rules/finding.ts";
import type { Selection } from "../files/select.ts";
import { uriOfPath } from "../files/uris.ts";
import { type LoadOptions, load } from "../load.ts";
import type { Project } from "../project.ts";
import type { ChangedFile } from "./git.ts";
import { RenderedChange } from "./rendered.ts";
import { type ChangeRequest, type Versions, versionsOf } from "./versions.ts";

/** A change of another file without which a finding would not be there. */
export interface Cause {
  /** Absolute. */
  readonly path: string;
  /** The first place that changed; undefined where the file is gone, or no manifest. */
  readonly at: DifferentPlace | undefined;
  readonly isGone: boolean;
}

/** A project as it is after a change, knowing what was found before it. */
export interface ChangedProject {
  readonly project: Project;
  /** Says what the change is. */
  readonly note: Message;
  /** Where Git keeps the files. */
  readonly root: string;
  /** The text of a file as it was; undefined for one that is new. */
  textBefore(path: string): string | undefined;
  /** What the change brought about: the same rule said nothing at that place of that resource before. */
  readonly introduced: readonly Finding[];
  /** For a finding in a document that was not changed: the changes that it may come from. */
  causesOf(finding: Finding): readonly Cause[];
}

/** How a change is loaded. */
export interface ChangeOptions extends LoadOptions {
  /** Whether charts and kustomizations are built in both versions. */
  readonly render?: boolean;
}

/**
 * Judges the files as they were, brings the changes in one by one, and judges again what they touch. A finding is told
 * by its identity, not by its line; where several share one, by how many there are in each file. What is built is told
 * by each build.
 * @throws UsageError when Git cannot tell what changed
 */
export async function loadChanged(
  request: ChangeRequest,
  selection: Selection,
  paths: readonly string[],
  cwd: string,
  options: ChangeOptions,
): Promise<ChangedProject> {
  const versions = versionsOf(request, cwd, paths);
  const asked = (paths.length === 0 ? ["."] : paths).map((path) => resolve(cwd, path));
  const before = versions.before.select(selection, asked);
  const after = versions.after.select(selection, asked);
  const needsContext = options.render === true || options.needsContext === true;
  const project = load(before, { ...options, needsContext, read: versions.before.read });
  const renamed = renamesIn(versions.changes);
  const rendered =
    options.render === true ? await RenderedChange.before(project, versions, renamed) : undefined;
  const known = new KnownFindings(project.findings(), renamed, rendered?.builtBefore(project));
  const textsBefore = new Map(
    versions.changes.map(({ before: path }) => [path, path === undefined ? undefined : project.textOf(path)]),
  );
  const resourcesAt = (path: string | undefined) =>
    path === undefined ? [] : (project.sourceAt(path)?.documents.flatMap(({ resources }) => resources) ?? []);
  const resourcesBefore = versions.changes.flatMap(({ before: path }) => resourcesAt(path));
  const doubts = versions.changes.map((change) => ({
    change,
    documents: bringIn(project, change, versions, new Set(after.targets.map(({ path }) => path))),
  }));
  await rendered?.after(project);
  const order = applyOrder({
    before: resourcesBefore,
    after: versions.changes.flatMap(({ after: path }) => resourcesAt(path)),
    snapshot: project.snapshot(),
  });
  const fresh = new Map<Finding, readonly Showing[]>();
  const introduced = known
    .introducedAmong(project.findings(), (finding) => rendered?.shownNow(finding), fresh)
    .map((finding) => rendered?.narrowed(finding, fresh.get(finding), project) ?? finding);
  return {
    project,
    note: t("Only what is new since {since} is shown.", { since: [versions.since] }),
    root: versions.root,
    textBefore: (path) => {
      const change = versions.changes.find(({ after }) => after === path);
      if (change !== undefined && change.before === undefined) return undefined;
      const outcome = versions.before.read(change?.before ?? path, true);
      return outcome !== undefined && "text" in outcome ? outcome.text : undefined;
    },
    introduced: [...introduced, ...order],
    causesOf: (finding) => {
      const changes = doubts.flatMap(({ change, documents }) =>
        documents.has(finding.document) && rendered?.isBuilt(finding) !== true ? [change] : [],
      );
      const all = new Set([...changes, ...(rendered?.causesOf(finding, project) ?? [])]);
      return [...all].map((change) => causeOf(change, project, textsBefore.get(change.before)));
    },
  };
}

/** Returns the documents whose verdicts the change puts in doubt. */
function bringIn(
  project: Project,
  { before, after }: ChangedFile,
  versions: Versions,
  targets: ReadonlySet<string>,
): ReadonlySet<SourceDocument> {
  const documents = new Set<SourceDocument>();
  const revise = (path: string, version: { text: string; bom: boolean } | undefined) => {
    for (const document of project.revise(path, version, targets.has(path))) documents.add(document);
  };
  if (before !== undefined && before !== after) revise(before, undefined);
  if (after === undefined) return documents;
  const outcome = versions.after.read(after, targets.has(after) && project.textOf(after) !== undefined);
  if (outcome !== undefined && "problem" in outcome) project.skip(after, outcome.problem);
  revise(after, outcome !== undefined && "text" in outcome ? outcome : undefined);
  return documents;
}

function causeOf({ before, after }: ChangedFile, project: Project, textBefore: string | undefined): Cause {
  const source = after === undefined ? undefined : project.sourceAt(after);
  const at = source && firstDifference(textBefore ?? "", source);
  return { path: after ?? before ?? "", at, isGone: after === undefined };
}

/** Old URIs by new ones. */
function renamesIn(changes: readonly ChangedFile[]): ReadonlyMap<string, string> {
  return new Map(
    changes.flatMap(({ before, after }) =>
      before === undefined || after === undefined ? [] : [[uriOfPath(after), uriOfPath(before)]],
    ),
  );
}
