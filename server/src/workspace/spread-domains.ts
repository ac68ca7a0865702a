import { integerOf, itemsOf, nodeAt, stringOf } from "../model/node.ts";
import type { Topology } from "./snapshot.ts";
import type { SpreadTerm } from "./spread.ts";

/** Whether a label of nodes names their zone (k8s.io/api/core/v1/well_known_labels.go). */
export function isZoneKey(key: string): boolean {
  return key === "topology.kubernetes.io/zone" || key === "failure-domain.beta.kubernetes.io/zone";
}

/** What the domains of a term are, as far as its key is a well-known one. */
export function domainKindOf(term: SpreadTerm): "node" | "zone" | undefined {
  const key = stringOf(nodeAt(term.node, "topologyKey"));
  if (key === "kubernetes.io/hostname") return "node";
  return key !== undefined && isZoneKey(key) ? "zone" : undefined;
}

/** How many domains of a term's kind the topology has; undefined when nobody said. */
export function domainsOf(term: SpreadTerm, topology: Topology): number | undefined {
  const kind = domainKindOf(term);
  if (kind === undefined) return undefined;
  return kind === "node" ? topology.nodes : topology.zones?.length;
}

/** A limit that the scheduler keeps even if pods stay Pending for it. */
export interface HardLimit {
  readonly domains: number;
  /** Pods that each domain takes. */
  readonly each: number;
  /** `minDomains`, where it is what makes the limit. */
  readonly minDomains: number | undefined;
}

/**
 * How many pods of the workload a term lets run at most. Required anti-affinity: one in each domain. DoNotSchedule alone
 * never runs out, because pods are spread evenly; but with fewer domains than minDomains the emptiest counts as 0, and
 * each takes maxSkew (kubernetes pkg/scheduler/framework/plugins/podtopologyspread/filtering.go). Undefined when
 * the term limits nothing, or not for certain.
 */
export function hardLimitOf(term: SpreadTerm, topology: Topology): HardLimit | undefined {
  const domains = domainsOf(term, topology);
  if (domains === undefined) return undefined;
  if (term.kind === "antiAffinity")
    return isRequired(term) ? { domains, each: 1, minDomains: undefined } : undefined;
  const each = integerOf(nodeAt(term.node, "maxSkew"));
  const minDomains = integerOf(nodeAt(term.node, "minDomains"));
  const strict = stringOf(nodeAt(term.node, "whenUnsatisfiable")) === "DoNotSchedule";
  if (!strict || each === undefined || each < 1 || minDomains === undefined || minDomains <= domains)
    return undefined;
  return { domains, each, minDomains };
}

/** Whether an anti-affinity term must be met. */
export function isRequired(term: SpreadTerm): boolean {
  return term.path.includes("requiredDuringSchedulingIgnoredDuringExecution");
}

/** Labels that differ between the revisions of a workload. */
const REVISION_LABELS = ["pod-template-hash", "rollouts-pod-template-hash", "controller-revision-hash"];

/** Whether a term counts only the pods of the same revision, so that old ones take no room from new ones. */
export function countsOneRevision(term: SpreadTerm): boolean {
  return itemsOf(nodeAt(term.node, "matchLabelKeys")).some((key) =>
    REVISION_LABELS.includes(stringOf(key) ?? ""),
  );
}
