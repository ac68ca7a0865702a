import { Analyzer } from "../analyze.ts";
import type { Config } from "../config/config.ts";
import type { SourceFile } from "../model/document.ts";
import { t } from "../model/message.ts";
import type { Resource } from "../model/resource.ts";
import { type Finding, type FindingFix, isFixable } from "../rules/finding.ts";
import type { Rule } from "../rules/rule.ts";
import { scaledBy, scalersOf } from "../workspace/replicas.ts";
import { selectorsOf } from "../workspace/selection.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { workloadOf } from "../workspace/workload.ts";
import type { TextEdit } from "./composition.ts";
import { Plan } from "./plan.ts";
import type { Offer, Refactoring, Trial, World } from "./refactoring.ts";

/**
 * What belongs to high availability beyond the recommended profile: each protects requests in flight or a pod that
 * hangs, and none of it costs anything.
 */
const BEYOND_RECOMMENDED: ReadonlySet<string> = new Set([
  "liveness-probe-missing",
  "drain-delay-missing",
  "spread-zones-missing",
  "pdb-unhealthy-pods-block",
  "replicas-owned-by-autoscaler",
]);

/** Fixes make room for each other. Two that undo each other must not keep us here. */
const MAX_STEPS = 60;

/**
 * Every fix that the rules have for a workload, its autoscalers and its budgets, made one after the other until
 * none is left: probes, spread, budget, rollout, replicas, shutdown. No editing of its own, so that it is as good as
 * the rules. Where a finding has several fixes it takes the preferred one, else the first; a fix that is not safe
 * without a question becomes a part that the user is asked about.
 */
export const makeHighlyAvailable: Refactoring = {
  id: "make-highly-available",
  types: ["apps/Deployment", "extensions/Deployment", "apps/StatefulSet", "argoproj.io/Rollout"],
  offer({ resource }, world): Offer | undefined {
    if (world.snapshot.layout.completenessOf(resource) !== "complete") return undefined;
    if (!isPossible(resource, world)) return undefined;
    return {
      title: t("Make this workload highly available"),
      rewrite: (trial) => planFor(resource, world, trial).rewrite(),
    };
  },
};

function isPossible(resource: Resource, world: World): boolean {
  return findingsAbout(world.snapshot, resource, analyzerOf(world)).some(
    (finding) => choiceOf(finding) !== undefined,
  );
}

/** The fixes in the order in which they were found, each tried out before the next. */
function planFor(resource: Resource, world: World, trial: Trial): Plan {
  const analyzer = analyzerOf(world);
  const find = finder(resource);
  const findings = () => {
    const found = find(trial.file(resource.document.uri));
    return found === undefined ? [] : findingsAbout(trial.snapshot(), found, analyzer);
  };
  const refused = new Set<string>();
  // What was a question once is not answered by a guess that came before it.
  const open = new Set<string>();
  let plan = new Plan();
  let before = findings();
  for (let step = 0; step < MAX_STEPS; step++) {
    for (const one of before) if (!isFixable(one)) open.add(keyOf(one));
    const left = before.filter((one) => choiceOf(one) !== undefined && !refused.has(keyOf(one)));
    const finding = left.find((one) => !open.has(keyOf(one))) ?? left[0];
    const fix = finding && choiceOf(finding);
    if (finding === undefined || fix === undefined) break;
    const preferred = fix.preferred && !open.has(keyOf(finding));
    const next = plan.with({ ...fix, preferred }, editsByFile(fix));
    next.apply(trial);
    const after = findings();
    if (countOf(after, finding) < countOf(before, finding)) {
      plan = next;
      before = after;
    } else {
      // A fix that leaves its finding is no progress: what is there stays.
      refused.add(keyOf(finding));
      next.original(trial);
      plan.apply(trial);
      before = findings();
    }
  }
  return plan;
}

/** Whether and how the user would fix it: safely where that is possible, else in the way that is offered first. */
function choiceOf({ fixes }: Finding): FindingFix | undefined {
  return fixes.find(({ preferred }) => preferred) ?? fixes[0];
}

/** All rules that count here, whatever the profile; what is switched off or suppressed stays so. */
function analyzerOf({ rules, configFor }: World): Analyzer {
  return new Analyzer({
    rules: rules.filter(isWanted),
    configFor: (uri) => strict(configFor(uri)),
  });
}

function isWanted(rule: Rule): boolean {
  return rule.profile !== "strict" || BEYOND_RECOMMENDED.has(rule.id);
}

function strict(config: Config): Config {
  return {
    ...config,
    profile: "strict",
    overrides: config.overrides.map((override) => ({ ...override, profile: undefined })),
  };
}

/** The findings about a workload, the autoscalers that decide its scale and the budgets that protect it. */
function findingsAbout(snapshot: Snapshot, resource: Resource, analyzer: Analyzer): readonly Finding[] {
  const workload = workloadOf(resource);
  if (workload === undefined) return [];
  // A Rollout may take over the template of a Deployment.
  const workloads = [workload, ...scaledBy(snapshot, resource)];
  const about = new Set<Resource | undefined>(
    workloads.flatMap((one) => [
      one.resource,
      ...scalersOf(snapshot, one),
      ...selectorsOf(snapshot, one, "policy/PodDisruptionBudget").resources,
    ]),
  );
  const documents = new Set([...about].flatMap((one) => one?.document ?? []));
  return [...documents]
    .flatMap((document) => [...analyzer.analyzeDocument(snapshot, document)])
    .filter((finding) => about.has(finding.resource));
}

/** Finds the same workload again in another version of its file. */
function finder(resource: Resource): (file: SourceFile | undefined) => Resource | undefined {
  const namesakes = (file: SourceFile | undefined) =>
    (file?.documents ?? [])
      .flatMap((document) => document.resources)
      .filter(({ kind, name, namespace }) => {
        return kind === resource.kind && name === resource.name && namespace === resource.namespace;
      });
  const index = namesakes(resource.document.file).indexOf(resource);
  return (file) => namesakes(file)[index];
}

function editsByFile({ edits }: FindingFix): ReadonlyMap<SourceFile, readonly TextEdit[]> {
  const files = new Map<SourceFile, TextEdit[]>();
  for (const { document, range, newText } of edits) {
    const own = files.get(document.file) ?? [];
    own.push({ range: document.inFile(range), newText });
    files.set(document.file, own);
  }
  return files;
}

function countOf(findings: readonly Finding[], finding: Finding): number {
  return findings.filter((one) => keyOf(one) === keyOf(finding)).length;
}

function keyOf({ ruleId, resource, document }: Finding): string {
  return [ruleId, resource?.kind, resource?.namespace, resource?.name, document.uri].join(" ");
}
