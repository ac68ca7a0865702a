import { formatAmount, intOrPercentOf } from "../model/int-or-percent.ts";
import { type Message, t } from "../model/message.ts";
import { nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { ceilingOf } from "../workspace/autoscaler-bounds.ts";
import { effectiveReplicas } from "../workspace/replicas.ts";
import { selectorsOf } from "../workspace/selection.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { coverageOf, ownLabelsOf, type SpreadTerm, spreadTermsOf } from "../workspace/spread.ts";
import { domainKindOf } from "../workspace/spread-domains.ts";
import { hasOwnTemplate, type Workload, workloadOf } from "../workspace/workload.ts";
import { figures } from "./meaning.ts";
import { idleCountOf, shortNameOf } from "./replicas.ts";

/** A resource at a glance. */
export interface Summary {
  /** Short, in the order in which to show them. */
  readonly parts: readonly Message[];
  /** The other resources it speaks of. */
  readonly about: readonly Resource[];
}

const BUDGET = "policy/PodDisruptionBudget";

/** Whether a resource is a workload to sum up: one that serves, written out as a whole. */
export function isSummarized(snapshot: Snapshot, resource: Resource): boolean {
  const workload = workloadOf(resource);
  if (workload?.longRunning !== true || snapshot.layout.completenessOf(resource) !== "complete") return false;
  return workload.scalable || resource.kind === "DaemonSet";
}

/** Replicas, disruption budget and spread of a workload; parts that nobody here can know are left out. */
export function summaryOfWorkload(snapshot: Snapshot, resource: Resource): Summary | undefined {
  const workload = workloadOf(resource);
  if (workload === undefined || !isSummarized(snapshot, resource)) return undefined;
  const scale = scaleOf(snapshot, workload);
  const isAlone = (effectiveReplicas(snapshot, workload)?.highest ?? 2) < 2 && scale.about.length === 0;
  // A budget may come with a file that is not read yet.
  const budget = snapshot.complete ? budgetOf(snapshot, workload) : { parts: [], about: [] };
  return {
    // One pod has nothing to be kept apart from, and nothing to lose in turn.
    parts: [
      ...scale.parts,
      ...(isAlone && budget.about.length === 0 ? [] : budget.parts),
      ...(isAlone ? [] : spreadOf(snapshot, workload)),
    ],
    about: [...scale.about, ...budget.about],
  };
}

function scaleOf(snapshot: Snapshot, workload: Workload): Summary {
  if (!workload.scalable) return { parts: [t("one pod per node")], about: [] };
  const replicas = effectiveReplicas(snapshot, workload);
  if (replicas === undefined || replicas.lowest < 0)
    return { parts: [t("replicas not known here")], about: [] };
  const { lowest, highest, decidedBy } = replicas;
  const [scaler] = decidedBy;
  if (scaler === undefined)
    return { parts: [lowest === 1 ? t("1 replica") : t("{count} replicas", { count: lowest })], about: [] };
  const who = decidedBy.length === 1 ? shortNameOf(scaler) : `${scaler.kind} × ${decidedBy.length}`;
  const most = decidedBy.length === 1 ? ceilingOf(snapshot, scaler) : undefined;
  const idle = decidedBy.length === 1 ? idleCountOf(snapshot, scaler) : undefined;
  const count =
    most !== undefined ? `${lowest}–${most}` : lowest === highest ? `${lowest}` : `${lowest}…${highest}`;
  const counts = idle === undefined ? count : `${idle} | ${count}`;
  return { parts: [t("{count} replicas ({who})", { count: counts, who })], about: decidedBy };
}

function budgetOf(snapshot: Snapshot, workload: Workload): Summary {
  const { resources, uncertain } = selectorsOf(snapshot, workload, BUDGET);
  const [budget] = resources;
  if (budget === undefined) return { parts: uncertain ? [] : [t("no PDB")], about: [] };
  if (resources.length > 1)
    return { parts: [t("{count} PDBs", { count: resources.length })], about: resources };
  const limits = ["minAvailable", "maxUnavailable"].flatMap((key) => {
    const path = `spec.${key}`;
    const amount = intOrPercentOf(budget.get(path));
    return amount === undefined || snapshot.layout.isPatched(budget, path)
      ? []
      : [`${key} ${formatAmount(amount)}`];
  });
  return { parts: [figures(`PDB ${limits[0] ?? ""}`.trimEnd())], about: resources };
}

function spreadOf(snapshot: Snapshot, workload: Workload): readonly Message[] {
  const labels = hasOwnTemplate(workload) && workload.scalable ? ownLabelsOf(snapshot, workload) : undefined;
  if (labels === undefined) return [];
  const terms = spreadTermsOf(workload).map((term) => ({
    term,
    coverage: coverageOf(snapshot, workload, term, labels),
  }));
  if (terms.some(({ coverage }) => coverage === "unknown")) return [];
  const own = terms.filter(({ coverage }) => coverage === "own").map(({ term }) => term);
  const over = (kind: "node" | "zone") => own.filter((term) => domainKindOf(term) === kind);
  return [spreadOver(over("node"), over("zone"), own.length > 0)];
}

function spreadOver(nodes: readonly SpreadTerm[], zones: readonly SpreadTerm[], others: boolean): Message {
  const isFirm = [...nodes, ...zones].some(isPromise);
  if (nodes.length > 0 && zones.length > 0)
    return isFirm ? t("spread over nodes and zones") : t("spread over nodes and zones if possible");
  if (nodes.length > 0) return isFirm ? t("spread over nodes") : t("spread over nodes if possible");
  if (zones.length > 0) return isFirm ? t("spread over zones") : t("spread over zones if possible");
  return others ? t("spread over other domains") : t("no spread");
}

/** Whether the scheduler keeps it even if pods stay Pending for it. */
function isPromise(term: SpreadTerm): boolean {
  if (term.kind === "antiAffinity")
    return term.path.includes("requiredDuringSchedulingIgnoredDuringExecution");
  return (stringOf(nodeAt(term.node, "whenUnsatisfiable")) ?? "DoNotSchedule") === "DoNotSchedule";
}
