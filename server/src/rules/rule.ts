import { combined, type DocumentEdit } from "../fixes/edit.ts";
import type { Message } from "../model/message.ts";
import type { Node } from "../model/node.ts";
import type { Location, Resource } from "../model/resource.ts";
import type { Completeness } from "../workspace/layout.ts";
import type { Snapshot, Topology } from "../workspace/snapshot.ts";
import { type Workload, workloadOf } from "../workspace/workload.ts";
import type { Finding, FindingFix, Related } from "./finding.ts";
import { type Profile, profileOf, type Severity } from "./severity.ts";

/** What a rule's page and `nines explain` say beside its title. Markdown, complete sentences. */
export interface RuleDocs {
  /** Why it matters: what happens in production. */
  readonly why: string;
  /** What to do about it, when the fixes do not say it all. */
  readonly how?: string;
  /** Where the semantics come from. */
  readonly sources: readonly string[];
  /** The same check in other linters: their ignore annotations are honoured for this rule. */
  readonly peers?: Readonly<
    Partial<Record<"kube-linter" | "kube-score" | "polaris", string | readonly string[]>>
  >;
}

/** An option of a rule in `.nines.yaml`. */
export interface OptionSpec<T> {
  readonly default: T;
  readonly description: string;
  /** For numbers: the smallest value that makes sense. */
  readonly minimum?: number;
}

/** What makes one report differ from the rule's defaults. */
export interface ReportExtras {
  readonly severity?: Severity;
  readonly related?: readonly Related[];
  /** The nodes the verdict rests on, when more than the reported place: a template in one of them silences it. */
  readonly evidence?: readonly Node[];
}

/** What a rule gets besides its subject. */
export interface RuleContext<Payload, Options> {
  readonly snapshot: Snapshot;
  readonly options: Options;
  readonly topology: Topology;
  /** The time in milliseconds since 1970, for what grows old; undefined where nobody says it: then nothing is. */
  readonly now: number | undefined;
  /** Reports a finding. `payload` is what the fixes get. */
  report(at: Location, message: Message, payload: Payload, extras?: ReportExtras): void;
}

/** A fix of a rule: typed payload in, edits out. */
export interface Fix<Subject, Payload> {
  readonly id: string;
  /** Imperative and exact: “Set maxUnavailable to 1”. */
  title(payload: Payload, subject: Subject): Message;
  /** Safe without a question; decided per finding where it depends. */
  readonly preferred: boolean | ((payload: Payload, subject: Subject) => boolean);
  /** Shown ticked off in the editor's preview; set it when the edit may change more than the finding is about. */
  readonly needsConfirmation?: boolean | ((payload: Payload, subject: Subject) => boolean);
  /** The edits, or undefined when this fix does not apply to this finding; then it is not offered. */
  edits(payload: Payload, subject: Subject, snapshot: Snapshot): readonly DocumentEdit[] | undefined;
}

/** A rule over a subject of type `Subject`. See docs/adding-a-rule.md. */
export interface RuleSource<Subject, Payload, Options> {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** Only when the severity does not decide it (rules that are strict although warnings). */
  readonly profile?: Profile;
  readonly docs: RuleDocs;
  readonly options?: { readonly [K in keyof Options]: OptionSpec<Options[K]> };
  /** Which documents it can judge: complete manifests, unless it rests on nothing but what is written. */
  readonly judges?: readonly Completeness[];
  /** Says that something is nowhere to be found: silent until the whole workspace is read. */
  readonly needsWholeWorkspace?: boolean;
  /**
   * The types (`group/Kind`) of what it says is nowhere to be found, or of what decides the number of pods it rests on,
   * where a connected cluster may have it: its findings stand only as long as they do with the cluster's objects too. See
   * `seenBeyond`.
   */
  readonly inCluster?: readonly string[];
  check(subject: Subject, context: RuleContext<Payload, Options>): void;
  readonly fixes?: readonly Fix<Subject, Payload>[];
}

/** A rule as the registry holds it: its subject, payload and options are its own business. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly profile: Profile;
  readonly docs: RuleDocs;
  readonly options: Readonly<Record<string, OptionSpec<unknown>>>;
  readonly judges: readonly Completeness[];
  readonly needsWholeWorkspace: boolean;
  readonly inCluster: readonly string[];
  /** What it reads: `group/Kind`, or `group/version/Kind` where only that version is worth a parse. */
  readonly types: readonly string[];
  /** Ids of its fixes. */
  readonly fixIds: readonly string[];
  run(resource: Resource, snapshot: Snapshot, settings: RunSettings): readonly Finding[];
}

/** What the configuration says about one run of a rule. */
export interface RunSettings {
  /** Overrides whatever severity the rule reports with. */
  readonly severity: Severity | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  readonly topology: Topology;
  readonly now?: number | undefined;
  /** Prepares no other fixes than preferred ones, which takes much of the time. */
  readonly onlyPreferredFixes?: boolean | undefined;
}

/** A rule over resources of the given types: `policy/v1/PodDisruptionBudget`, `apps/*\/Deployment`, `v1/Service`. */
export function defineRule<Payload = void, Options = object>(
  source: RuleSource<Resource, Payload, Options> & { readonly appliesTo: readonly string[] },
): Rule {
  const patterns = source.appliesTo.map(parseType);
  const subjectOf = (resource: Resource) =>
    patterns.some((p) => p.type === resource.type && (p.version === "*" || p.version === resource.version))
      ? resource
      : undefined;
  return compile(
    source,
    patterns.map((p) => (p.version === "*" ? p.type : p.type.replace("/", `/${p.version}/`))),
    subjectOf,
  );
}

/**
 * A rule over workloads: Deployment, StatefulSet, DaemonSet, ReplicaSet, Rollout, VirtualMachine… `also` adds
 * those that are none in the narrow sense: bare Pods, Jobs, CronJobs.
 */
export function defineWorkloadRule<Payload = void, Options = object>(
  source: RuleSource<Workload, Payload, Options> & { readonly types: readonly string[] },
): Rule {
  const types = new Set(source.types);
  return compile(source, source.types, (resource) =>
    types.has(resource.type) ? workloadOf(resource) : undefined,
  );
}

/** `apps/v1/Deployment` or, in the core group, `v1/Service`; `*` stands for any version. */
export function parseType(pattern: string): { type: string; version: string } {
  const parts = pattern.split("/");
  const [group, version, kind] = parts.length === 2 ? ["", parts[0], parts[1]] : parts;
  return { type: `${group ?? ""}/${kind ?? ""}`, version: version ?? "*" };
}

/** Makes the registry's rule of a source; `subjectOf` says whether and as what a resource is judged. */
export function compile<Subject, Payload, Options>(
  source: RuleSource<Subject, Payload, Options>,
  types: readonly string[],
  subjectOf: (resource: Resource, snapshot: Snapshot) => Subject | undefined,
): Rule {
  const fixes = source.fixes ?? [];
  const specs = (source.options ?? {}) as Record<string, OptionSpec<unknown>>; // seen as a table by its keys
  return {
    id: source.id,
    title: source.title,
    severity: source.severity,
    profile: source.profile ?? profileOf(source.severity),
    docs: source.docs,
    options: specs,
    judges: source.judges ?? ["complete"],
    needsWholeWorkspace: source.needsWholeWorkspace ?? false,
    inCluster: source.inCluster ?? [],
    types: [...new Set(types)],
    fixIds: fixes.map((fix) => fix.id),
    run(resource, snapshot, settings) {
      const subject = subjectOf(resource, snapshot);
      if (subject === undefined) return [];
      const findings: Finding[] = [];
      source.check(subject, {
        snapshot,
        options: optionsFrom<Options>(specs, settings.options),
        topology: settings.topology,
        now: settings.now,
        report(at, message, payload, extras = {}) {
          if (isTemplated(at, extras.evidence ?? [])) return;
          findings.push({
            ruleId: source.id,
            severity: settings.severity ?? extras.severity ?? source.severity,
            message,
            document: at.document,
            range: at.range,
            resource,
            related: extras.related ?? [],
            fixes: fixes
              .filter((fix) => settings.onlyPreferredFixes !== true || isPreferred(fix, payload, subject))
              .flatMap((fix) => prepare(fix, payload, subject, snapshot, at)),
          });
        },
      });
      return findings;
    },
  };
}

function optionsFrom<Options>(
  specs: Readonly<Record<string, OptionSpec<unknown>>>,
  given: Readonly<Record<string, unknown>>,
): Options {
  const entries = Object.entries(specs).map(([key, spec]) => [key, given[key] ?? spec.default]);
  return Object.fromEntries(entries) as Options; // the configuration's schema has checked the types
}

/** Whether the verdict rests on something that a template fills in. */
function isTemplated(at: Location, evidence: readonly Node[]): boolean {
  const { document, range } = at;
  if (document.masks.length === 0) return false;
  return document.isMasked(range) || evidence.some((node) => document.isMasked(node.range));
}

function prepare<Subject, Payload>(
  fix: Fix<Subject, Payload>,
  payload: Payload,
  subject: Subject,
  snapshot: Snapshot,
  at: Location,
): FindingFix[] {
  // Made at once: what a fix looks up must be recorded as a dependency of this analysis too.
  const edits = combined(fix.edits(payload, subject, snapshot) ?? []);
  if (edits === undefined || edits.length === 0 || !edits.every(isSafe)) return [];
  return [
    {
      id: fix.id,
      title: fix.title(payload, subject),
      preferred: isPreferred(fix, payload, subject),
      needsConfirmation:
        decide(fix.needsConfirmation ?? false, payload, subject) ||
        edits.some((edit) => edit.document !== at.document),
      edits,
    },
  ];
}

function isPreferred<Subject, Payload>(
  { preferred }: Fix<Subject, Payload>,
  payload: Payload,
  subject: Subject,
): boolean {
  return decide(preferred, payload, subject);
}

function decide<Subject, Payload>(
  answer: Fix<Subject, Payload>["preferred"],
  payload: Payload,
  subject: Subject,
): boolean {
  return typeof answer === "boolean" ? answer : answer(payload, subject);
}

/** Nobody can foresee what an edit does to a template, or to a text that is misread already. */
function isSafe({ document, range }: DocumentEdit): boolean {
  return !document.isMasked(range) && (document.parsed?.problems.length ?? 0) === 0;
}
