import { CONFIG_INVALID, SUPPRESSION_INVALID, SUPPRESSION_UNUSED, YAML_SYNTAX } from "./config/built-in.ts";
import { type Config, type FileSettings, settingsFor } from "./config/config.ts";
import { isConfigFile } from "./config/name.ts";
import { readConfig } from "./config/read.ts";
import type { SourceDocument, SourceFile } from "./model/document.ts";
import { t } from "./model/message.ts";
import type { Resource } from "./model/resource.ts";
import type { Finding } from "./rules/finding.ts";
import type { Rule } from "./rules/rule.ts";
import { includes, type Severity } from "./rules/severity.ts";
import { isIgnoredByPeer, type Suppression, suppressionsIn } from "./rules/suppressions.ts";
import { closest } from "./text/closest.ts";
import { seenBeyond, type Wider } from "./workspace/beyond.ts";
import type { Snapshot } from "./workspace/snapshot.ts";
import { relativeTo } from "./workspace/uri.ts";

/** What decides a verdict besides the manifests: the rules and the configuration. */
export interface Policy {
  readonly rules: readonly Rule[];
  /** The configuration that counts for a file. */
  configFor(uri: string): Config;
  /** Whether fixes that are not preferred are left out: nobody is there to choose one. */
  readonly onlyPreferredFixes?: boolean;
  /** Whether findings that a comment or annotation silences are given, with its reason, instead of left out. */
  readonly keepSuppressed?: boolean;
  /** The clock, in milliseconds since 1970. Without it nothing is called too old. */
  readonly now?: () => number;
}

/** The rules by the type they read. */
type RuleTable = ReadonlyMap<string, readonly Rule[]>;

/** The one entry for editor and command line: everything there is to say about one document, in its order. */
export class Analyzer {
  readonly #policy: Policy;
  readonly #rules: readonly Rule[];
  readonly #byType: RuleTable;
  readonly #ids: ReadonlySet<string>;

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#rules = policy.rules;
    this.#byType = tableOf(policy.rules);
    this.#ids = new Set(policy.rules.map((rule) => rule.id));
  }

  /** The findings of a document, sorted by place and rule. Ranges count from the document's start. */
  analyzeDocument(snapshot: Snapshot, document: SourceDocument): readonly Finding[] {
    if (isConfigFile(document.uri)) return configFindings(document, this.#policy.rules);
    if (document.parsed === undefined) return [];
    const config = this.#policy.configFor(document.uri);
    const path = config.folder === undefined ? undefined : relativeTo(config.folder, document.uri);
    if (path !== undefined && config.ignores(path)) return [];
    const settings = settingsFor(config, path);
    const findings = syntaxFindings(document, snapshot);
    const standing = new Map<Finding, Finding | undefined>();
    for (const resource of document.resources) this.#judge(resource, snapshot, settings, findings, standing);
    // What could not be judged now may still be needed: when the workspace is read, or the template rendered.
    const completeness = document.resources.map((resource) => snapshot.layout.completenessOf(resource));
    const reads = (rule: Rule) =>
      completeness.length === 0 || completeness.some((each) => rule.judges.includes(each));
    const isJudged = (id: string) =>
      snapshot.complete &&
      this.#rules.some((rule) => rule.id === id && isEnabled(rule, settings) && reads(rule));
    // A suppression is not unused because a cluster is connected.
    return applySuppressions(
      document,
      findings,
      this.#ids,
      isJudged,
      this.#policy.keepSuppressed === true,
      standing,
    ).sort(byPlace);
  }

  /** The findings of every document of a file, in order. */
  analyze(snapshot: Snapshot, file: SourceFile): readonly Finding[] {
    return file.documents.flatMap((document) => this.analyzeDocument(snapshot, document));
  }

  /** Whether the configuration that counts for a file lets a rule judge it. */
  wants(uri: string, ruleId: string): boolean {
    const config = this.#policy.configFor(uri);
    const path = config.folder === undefined ? undefined : relativeTo(config.folder, uri);
    if (path !== undefined && config.ignores(path)) return false;
    const settings = settingsFor(config, path);
    return this.#rules.some((rule) => rule.id === ruleId && isEnabled(rule, settings));
  }

  /** `standing` receives what becomes of findings when a connected cluster is looked at too; undefined: they go. */
  #judge(
    resource: Resource,
    snapshot: Snapshot,
    settings: FileSettings,
    findings: Finding[],
    standing: Map<Finding, Finding | undefined>,
  ): void {
    const rules = this.#byType.get(resource.type);
    if (rules === undefined) return;
    const completeness = snapshot.layout.completenessOf(resource);
    for (const rule of rules) {
      if (!rule.judges.includes(completeness) || (rule.needsWholeWorkspace && !snapshot.complete)) continue;
      if (!isEnabled(rule, settings) || isIgnoredByPeer(resource, rule)) continue;
      const setting = settings.rules.get(rule.id);
      const run = (view: Snapshot) =>
        rule.run(resource, view, {
          severity: setting?.severity === "off" ? undefined : setting?.severity,
          options: setting?.options ?? {},
          topology: settings.topology,
          now: this.#policy.now?.(),
          onlyPreferredFixes: this.#policy.onlyPreferredFixes,
        });
      const found = run(snapshot);
      findings.push(...found);
      if (found.length === 0) continue;
      const wider = seenBeyond(snapshot, resource, rule.inCluster);
      if (wider !== undefined) lookBeyond(found, wider, run, standing);
    }
  }
}

/** Connecting a cluster takes findings away, and never adds one: what it has is only looked at where nothing was found. */
function lookBeyond(
  found: readonly Finding[],
  { snapshot, known, name }: Wider,
  run: (snapshot: Snapshot) => readonly Finding[],
  standing: Map<Finding, Finding | undefined>,
): void {
  const left = known === "pending" ? [] : run(snapshot);
  for (const finding of found) {
    const { start, end } = finding.range;
    const still = left.find(({ range }) => range.start === start && range.end === end);
    if (still === undefined) standing.set(finding, undefined);
    else if (known === "known") {
      // What it says now counts with what the cluster has.
      const values = { finding: [still.message], cluster: name };
      const message = t("{finding} The connected cluster ({cluster}) was looked at as well.", values);
      standing.set(finding, { ...finding, severity: still.severity, message });
    }
  }
}

/** Whether settings let a rule judge: its own severity there, else the profile. */
function isEnabled(rule: Rule, settings: FileSettings): boolean {
  const severity = settings.rules.get(rule.id)?.severity;
  if (severity === undefined) return includes(settings.profile, rule.profile);
  return severity !== "off";
}

function tableOf(rules: readonly Rule[]): RuleTable {
  const table = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const type of new Set(rule.types.map(withoutVersion))) {
      const listed = table.get(type);
      if (listed === undefined) table.set(type, [rule]);
      else listed.push(rule);
    }
  }
  return table;
}

function withoutVersion(type: string): string {
  const [group, , kind] = type.split("/");
  return kind === undefined ? type : `${group}/${kind}`;
}

/** Template files are full of text that is no YAML until it is rendered. */
function syntaxFindings(document: SourceDocument, snapshot: Snapshot): Finding[] {
  if (document.masks.length > 0) return [];
  if (document.resources.some((resource) => snapshot.layout.completenessOf(resource) === "template"))
    return [];
  return (document.parsed?.problems ?? []).map((problem) =>
    plainFinding(YAML_SYNTAX, "error", document, problem),
  );
}

function configFindings(document: SourceDocument, rules: readonly Rule[]): Finding[] {
  const { problems } = readConfig(document.file, rules);
  return problems
    .filter((problem) => problem.document === document && !document.isMasked(problem.range))
    .map((problem) => plainFinding(CONFIG_INVALID, "error", document, problem));
}

function plainFinding(
  ruleId: string,
  severity: Severity,
  document: SourceDocument,
  { range, message }: Pick<Finding, "range" | "message">,
): Finding {
  return { ruleId, severity, message, document, range, resource: undefined, related: [], fixes: [] };
}

function applySuppressions(
  document: SourceDocument,
  findings: Finding[],
  ids: ReadonlySet<string>,
  isJudged: (ruleId: string) => boolean,
  keepSuppressed: boolean,
  standing: ReadonlyMap<Finding, Finding | undefined>,
): Finding[] {
  const suppressions = suppressionsIn(document);
  const now = (finding: Finding) => (standing.has(finding) ? (standing.get(finding) ?? []) : finding);
  if (suppressions.length === 0) return standing.size === 0 ? findings : findings.flatMap(now);
  const used = new Set<Suppression>();
  const left = findings.flatMap((finding) => {
    const silencing = suppressions.filter(
      (s) => s.ruleId === finding.ruleId && s.reason !== "" && s.covers(finding),
    );
    for (const suppression of silencing) used.add(suppression);
    const [first] = silencing;
    if (first === undefined) return now(finding);
    return keepSuppressed ? [{ ...finding, suppression: first.reason }] : [];
  });
  for (const suppression of suppressions) {
    const problem = problemOf(suppression, ids, used.has(suppression) || !isJudged(suppression.ruleId));
    if (problem !== undefined)
      left.push(
        plainFinding(problem.ruleId, problem.severity, document, {
          range: suppression.range,
          message: problem.message,
        }),
      );
  }
  return left;
}

function problemOf(suppression: Suppression, ids: ReadonlySet<string>, needed: boolean) {
  const { ruleId, reason } = suppression;
  if (!ids.has(ruleId)) {
    const near = closest(ruleId, ids);
    return {
      ruleId: SUPPRESSION_INVALID,
      severity: "warning" as const,
      message:
        near === undefined
          ? t("There is no rule “{id}”, so this suppression has no effect. `nines rules` lists them all.", {
              id: ruleId,
            })
          : t("There is no rule “{id}”, so this suppression has no effect. Did you mean “{near}”?", {
              id: ruleId,
              near,
            }),
    };
  }
  if (reason === "") {
    return {
      ruleId: SUPPRESSION_INVALID,
      severity: "warning" as const,
      message: t(
        "This suppression of {id} gives no reason, so it has no effect. Write `nines-ignore {id}: <reason>`.",
        { id: ruleId },
      ),
    };
  }
  if (needed) return undefined;
  return {
    ruleId: SUPPRESSION_UNUSED,
    severity: "info" as const,
    message: t(
      "Nothing here needs the suppression of {id} any more; it would hide the problem if it came back. Remove it.",
      { id: ruleId },
    ),
  };
}

function byPlace(a: Finding, b: Finding): number {
  return a.range.start - b.range.start || (a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0);
}
