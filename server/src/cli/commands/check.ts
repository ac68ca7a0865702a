import { resolve } from "node:path";
import { decode, readManifest } from "../../files/read.ts";
import { type Message, t } from "../../model/message.ts";
import type { Finding } from "../../rules/finding.ts";
import { rules } from "../../rules/registry.generated.ts";
import { atLeast, type Severity } from "../../rules/severity.ts";
import { Baseline, writeBaseline } from "../baseline.ts";
import type { Cause } from "../changes/introduced.ts";
import type { ChangeRequest } from "../changes/versions.ts";
import { EXIT, UsageError } from "../errors.ts";
import { type Selection, select, selectFile, selectText } from "../files/select.ts";
import { type LoadOptions, load as loadProject, type Read } from "../load.ts";
import type { Terminal } from "../output/terminal.ts";
import type { Project } from "../project.ts";
import { exitCodeOf, reportedInOrder, reportOf } from "../report.ts";
import { type Format, type Reporter, reporters } from "../reporters/reporter.ts";
import { severityOverrides } from "./rule-ids.ts";

export interface CheckOptions {
  readonly format: Format;
  readonly config?: string;
  readonly failOn: Severity;
  readonly rule?: readonly string[];
  readonly stdin?: true;
  readonly stdinFilename?: string;
  readonly since?: string;
  readonly staged?: true;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly cache?: string;
  readonly render?: true;
}

/** `nines check`: reports what is wrong. `selection`: the files of `paths`, where they are known. Returns the exit code. */
export async function check(
  paths: readonly string[],
  options: CheckOptions,
  terminal: Terminal,
  selection?: Selection,
): Promise<number> {
  const { cwd } = terminal;
  const reporter = await reporters[options.format]();
  const keepSuppressed = reporter.showsSuppressed === true;
  const {
    project,
    causesOf,
    findings: find,
    since,
  } = await judged(paths, options, terminal, keepSuppressed, selection);
  const told = isPlain(options) && tellAtOnce(project, reporter, options.failOn, terminal);
  const findings = find();
  const baseline = options.baseline === undefined ? undefined : Baseline.read(options.baseline, cwd);
  const fresh = baseline === undefined ? findings : findings.filter((finding) => baseline.isNew(finding));
  const accepted =
    options.writeBaseline === undefined ? [] : [written(findings, project, options.writeBaseline, cwd)];
  const report = reportOf(project, cwd, {
    // What was just written down is known from now on.
    findings: accepted.length === 0 ? fresh : [],
    causesOf,
    notes: [...since, ...accepted, ...(baseline?.summary(options.baseline ?? "") ?? [])],
  });
  // Before anything is written: whoever reads it may stop reading.
  process.exitCode = exitCodeOf(report, options.failOn);
  reporter.write(report, terminal, told);
  return process.exitCode;
}

/** From so many files on, findings are printed as they are found. */
const MANY_FILES = 5_000;

function isPlain({ since, staged, baseline, writeBaseline, render }: CheckOptions): boolean {
  return [since, staged, baseline, writeBaseline, render].every((option) => option === undefined);
}

/** Prints the findings of a huge tree one by one, if the format can. Returns whether it did. */
function tellAtOnce(project: Project, reporter: Reporter, failOn: Severity, terminal: Terminal): boolean {
  if (reporter.tell === undefined || project.files.length < MANY_FILES) return false;
  for (const finding of reportedInOrder(project, terminal.cwd)) {
    // Before it is written: whoever reads it may stop reading.
    if (atLeast(finding.severity, failOn)) process.exitCode = EXIT.findings;
    reporter.tell(finding, terminal);
  }
  return true;
}

/** The files of a run, and which of its findings it is about. */
interface Judged {
  readonly project: Project;
  /** Judges what is not judged yet. */
  readonly findings: () => readonly Finding[];
  readonly causesOf: (finding: Finding) => readonly Cause[];
  readonly since: readonly Message[];
}

async function judged(
  paths: readonly string[],
  options: CheckOptions,
  { cwd, progress }: Terminal,
  keepSuppressed: boolean,
  selected: Selection | undefined,
): Promise<Judged> {
  const load: LoadOptions = {
    rules,
    keepSuppressed,
    progress,
    overlay: { rules: severityOverrides(options.rule ?? [], rules) },
    config: options.config === undefined ? undefined : resolve(cwd, options.config),
  };
  const request = changeRequest(options);
  assertRenderable(options);
  const { selection, read } = await input(paths, options, cwd, selected);
  if (request === undefined) {
    const project = loadProject(selection, { ...load, read, needsContext: options.render === true });
    if (options.render === true) await (await import("../rendering.ts")).renderInto(project);
    return { project, findings: () => project.findings(), causesOf: () => [], since: [] };
  }
  const { loadChanged } = await import("../changes/introduced.ts");
  const change = { ...load, render: options.render === true };
  const { project, introduced, causesOf, note } = await loadChanged(request, selection, paths, cwd, change);
  return { project, findings: () => introduced, causesOf, since: [note] };
}

/** @throws UsageError when two changes are asked for, or one of a text that has no history */
export function changeRequest({
  since,
  staged,
  stdin,
}: Pick<CheckOptions, "since" | "staged" | "stdin">): ChangeRequest | undefined {
  if (since === undefined && staged === undefined) return undefined;
  if (since !== undefined && staged !== undefined)
    throw new UsageError(t("--since and --staged name two different changes. Leave out one of them."));
  if (stdin !== undefined)
    throw new UsageError(
      t("The text of --stdin has no history to compare it with. Leave out --since and --staged."),
    );
  return since === undefined ? { staged: true } : { since };
}

/** @throws UsageError when something is to be rendered that is not there as files */
function assertRenderable({ render, stdin }: CheckOptions): void {
  if (render !== undefined && stdin !== undefined)
    throw new UsageError(
      t("--render renders charts and kustomizations from their files. Leave out --stdin, or --render."),
    );
}

function written(findings: readonly Finding[], project: Project, file: string, cwd: string): Message {
  const n = writeBaseline(findings, project, file, cwd);
  return t("Wrote {n} findings to {file}. From now on `--baseline {file}` leaves them out.", { n, file });
}

async function input(
  paths: readonly string[],
  { stdin, stdinFilename }: CheckOptions,
  cwd: string,
  selected: Selection | undefined,
): Promise<{ selection: Selection; read: Read }> {
  if (stdin === undefined) {
    if (stdinFilename !== undefined)
      throw new UsageError(t("--stdin-filename says where the text of --stdin belongs. Add --stdin."));
    return { selection: selected ?? select(cwd, paths), read: readManifest };
  }
  if (paths.length > 0)
    throw new UsageError(t("--stdin checks the text that is piped in. Leave out the paths, or --stdin."));
  const path = resolve(cwd, stdinFilename ?? "<stdin>");
  // Text without a place, such as the output of `kustomize build`, is all there is; with one, it is part of its project.
  const selection = stdinFilename === undefined ? selectText(path) : selectFile(path);
  const text = await readStdin();
  const read: Read = (file, isNamed) => (file === path ? { text, bom: false } : readManifest(file, isNamed));
  return { selection, read };
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  const outcome = decode(Buffer.concat(chunks));
  if ("text" in outcome) return outcome.text;
  throw new UsageError(t("The text from standard input cannot be checked."), outcome.problem);
}
