import type { SourceDocument, SourceFile } from "../model/document.ts";
import type { Position } from "../model/lines.ts";
import { type Message, t } from "../model/message.ts";
import type { Range } from "../model/range.ts";
import type { Resource } from "../model/resource.ts";
import type { Finding } from "../rules/finding.ts";
import { atLeast, type Severity } from "../rules/severity.ts";
import { compareTexts } from "../text/compare.ts";
import { fingerprintOf } from "./baseline.ts";
import type { Cause } from "./changes/introduced.ts";
import { EXIT } from "./errors.ts";
import { displayPath } from "./files/uris.ts";
import type { Project } from "./project.ts";

/** A place as people and programs are told of it. */
export interface Place {
  /** Relative to the working directory, with `/`. */
  readonly file: string;
  /** From 0; columns in UTF-16 units. */
  readonly start: Position;
  readonly end: Position;
  readonly source: SourceFile;
}

/** A finding with its places resolved. */
export interface ReportedFinding {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly message: Message;
  readonly place: Place;
  readonly resource: Resource | undefined;
  readonly related: readonly { readonly place: Place; readonly message: Message }[];
  /** Changes of other files that it may come from; only where a change is looked at. */
  readonly causes: readonly ReportedCause[];
  /** What `nines fix` would do about it; undefined when it leaves it to people. */
  readonly fix: ReportedFix | undefined;
  /** The same in every version of the files that has this finding; two findings may share it. */
  fingerprint(): string;
  /** Why somebody silenced it; only among the suppressed. */
  readonly suppression: string | undefined;
}

/** What `nines fix` would do about a finding. */
export interface ReportedFix {
  readonly title: Message;
  /** The edits, made when they are asked for: few formats show them. */
  edits(): readonly ReportedEdit[];
}

/** A replacement in one file. */
export interface ReportedEdit {
  readonly place: Place;
  readonly newText: string;
}

/** A change that a finding elsewhere may come from. */
export interface ReportedCause {
  /** Relative to the working directory, with `/`. */
  readonly file: string;
  /** Undefined where the file is gone, or no manifest. */
  readonly place: Place | undefined;
  readonly message: Message;
}

/** The outcome of a run, as reporters show it. */
export interface Report {
  /** How many files and documents were checked. */
  readonly files: number;
  readonly documents: number;
  /** By file, line, column and rule. */
  readonly findings: readonly ReportedFinding[];
  /** Findings that comments and annotations silence; only where the format asks for them. */
  readonly suppressed: readonly ReportedFinding[];
  readonly skipped: readonly { readonly file: string; readonly reason: Message }[];
  /** Whether something failed that a clean verdict needs. */
  readonly failed: boolean;
  /** Said behind the summary: what was left out, and against what a change was compared. */
  readonly notes: readonly Message[];
}

/** What limits or adds to a report. */
export interface ReportOptions {
  /** All of the project's when left out. */
  readonly findings?: readonly Finding[];
  readonly causesOf?: (finding: Finding) => readonly Cause[];
  readonly notes?: readonly Message[];
}

/** Judges a project. */
export function reportOf(
  project: Project,
  cwd: string,
  { findings: shownFindings, causesOf = () => [], notes = [] }: ReportOptions = {},
): Report {
  const shown = (path: string) => displayPath(cwd, path);
  const findings = (shownFindings ?? project.findings()).map(reporterOf(project, cwd, causesOf));
  return {
    files: project.files.length,
    documents: project.files.reduce((sum, file) => sum + countDocuments(project.source(file)), 0),
    findings: findings.sort(inOrder),
    suppressed: project
      .suppressed()
      .map(reporterOf(project, cwd, causesOf))
      .sort(inOrder),
    // After the findings: judging may fail, too.
    skipped: project.skipped
      .map(({ path, reason }) => ({ file: shown(path), reason }))
      .sort((a, b) => compareTexts(a.file, b.file)),
    failed: project.failed,
    notes,
  };
}

/** Resolves the places of findings of a project. */
function reporterOf(
  project: Project,
  cwd: string,
  causesOf: (finding: Finding) => readonly Cause[],
): (finding: Finding) => ReportedFinding {
  const shown = (path: string) => displayPath(cwd, path);
  const place = (document: SourceDocument, range: Range): Place => {
    const { start, end } = document.inFile(range);
    const { lines } = document.file;
    const file = shown(project.pathOf(document.uri));
    return { file, start: lines.position(start), end: lines.position(end), source: document.file };
  };
  const cause = ({ path, at, isGone }: Cause): ReportedCause => ({
    file: shown(path),
    place: at === undefined ? undefined : place(at.document, at.range),
    message: isGone
      ? t("This file is gone, which brings the problem about.")
      : t("This change brings the problem about."),
  });
  return (finding) => ({ ...reported(finding, place), causes: causesOf(finding).map(cause) });
}

/** The findings of a project in the order of a report, each judged when it is asked for. */
export function* reportedInOrder(project: Project, cwd: string): Generator<ReportedFinding> {
  const report = reporterOf(project, cwd, () => []);
  const units = project
    .units()
    .map(({ path, findings }) => ({ file: displayPath(cwd, path), findings }))
    .sort((a, b) => compareTexts(a.file, b.file));
  for (const { findings } of units) yield* findings().map(report).sort(inOrder);
}

/** The exit code that a report means. */
export function exitCodeOf(report: Report, failOn: Severity): number {
  if (report.failed) return EXIT.failed;
  return report.findings.some(({ severity }) => atLeast(severity, failOn)) ? EXIT.findings : EXIT.clean;
}

function reported(
  finding: Finding,
  place: (document: SourceDocument, range: Range) => Place,
): Omit<ReportedFinding, "causes"> {
  return {
    ruleId: finding.ruleId,
    severity: finding.severity,
    message: finding.message,
    place: place(finding.document, finding.range),
    resource: finding.resource,
    related: finding.related.map(({ location, message }) => ({
      place: place(location.document, location.range),
      message,
    })),
    fix: fixOf(finding, place),
    fingerprint: () => fingerprintOf(finding),
    suppression: finding.suppression,
  };
}

function fixOf(
  finding: Finding,
  place: (document: SourceDocument, range: Range) => Place,
): ReportedFix | undefined {
  const fix = finding.fixes.find(({ preferred }) => preferred);
  if (fix === undefined) return undefined;
  const edits = () =>
    fix.edits.map(({ document, range, newText }) => ({ place: place(document, range), newText }));
  return { title: fix.title, edits };
}

const CONTENT = /^(?!---|\.\.\.|%|[ \t]*(?:#|\r?$))|^---[ \t]+[^\s#]/m;

/** Documents with something in them. */
function countDocuments(source: SourceFile): number {
  return source.documents.filter((document) => CONTENT.test(document.text)).length;
}

function inOrder(a: ReportedFinding, b: ReportedFinding): number {
  return (
    compareTexts(a.place.file, b.place.file) ||
    a.place.start.line - b.place.start.line ||
    a.place.start.character - b.place.start.character ||
    compareTexts(a.ruleId, b.ruleId)
  );
}
