import { type Message, t } from "../model/message.ts";
import { integerOf, type MapNode, type Node, nodeAt, present, stringOf } from "../model/node.ts";
import { labelSelectorOf, type Selector } from "../model/selector.ts";
import { selectWorkloads } from "../workspace/selection.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import {
  coverageOf,
  type OwnLabels,
  ownLabelsOf,
  podSpecPath,
  type SpreadTerm,
  spreadTermsOf,
  takesNodePorts,
} from "../workspace/spread.ts";
import { isRequired, isZoneKey } from "../workspace/spread-domains.ts";
import type { Workload } from "../workspace/workload.ts";
import type { Limit, Width } from "./placement.ts";

/** A rule that keeps the pods of a workload apart, for certain. */
export interface Rule {
  readonly limit: Limit;
  /** The label of nodes it is about; undefined for ports of nodes. */
  readonly key: string | undefined;
}

/** What keeps the pods of a workload apart. */
export interface Rules {
  readonly certain: readonly Rule[];
  /** Why some rule may hold or not. */
  readonly doubts: readonly Message[];
  /** Why rules that are written guarantee nothing. */
  readonly idle: readonly Message[];
}

type Reading = Rule | { readonly doubt: Message } | { readonly idle: Message } | undefined;

/** The rules that the scheduler keeps for a workload's pods, and what nobody here can know about them. */
export function rulesOf(snapshot: Snapshot, workload: Workload): Rules {
  const readings: Reading[] = takesNodePorts(workload)
    ? [{ limit: { kind: "apart", width: "node" }, key: undefined }]
    : [];
  const labels = ownLabelsOf(snapshot, workload);
  const doubt = labels === undefined ? LABELS : decidedElsewhere(snapshot, workload);
  if (doubt !== undefined) readings.push({ doubt });
  if (labels !== undefined)
    for (const term of spreadTermsOf(workload)) readings.push(reading(snapshot, workload, term, labels));
  return {
    certain: readings.flatMap((each) => (each !== undefined && "limit" in each ? [each] : [])),
    doubts: unique(readings.flatMap((each) => (each !== undefined && "doubt" in each ? [each.doubt] : []))),
    idle: unique(readings.flatMap((each) => (each !== undefined && "idle" in each ? [each.idle] : []))),
  };
}

const LABELS = t(
  "A template or an overlay decides the labels of the pods, so nobody can say here what they match.",
);
const FIELDS = ["affinity", "topologySpreadConstraints"];

/** Whether a template or an overlay writes more than is seen. */
function decidedElsewhere(snapshot: Snapshot, workload: Workload): Message | undefined {
  const isOpen = FIELDS.some((name) => {
    const node = nodeAt(workload.podSpec, name);
    return (
      (node?.kind === "scalar" && node.unknown) ||
      snapshot.layout.isPatched(workload.resource, podSpecPath(workload, name))
    );
  });
  return isOpen ? t("A template or an overlay decides what keeps the pods apart.") : undefined;
}

function reading(snapshot: Snapshot, workload: Workload, term: SpreadTerm, labels: OwnLabels): Reading {
  const field = term.kind === "constraint" ? "topologySpreadConstraints" : "affinity";
  if (snapshot.layout.isPatched(workload.resource, podSpecPath(workload, field))) return undefined;
  const keyNode = nodeAt(term.node, "topologyKey");
  const key = stringOf(keyNode);
  const strict = strictness(term);
  if (strict === "soft") return { idle: SOFT };
  const coverage = coverageOf(snapshot, workload, term, labels);
  if (coverage === "others") return undefined;
  if (strict === "unknown" || coverage === "unknown" || key === undefined)
    return { doubt: t("A template decides part of a rule that keeps the pods apart.") };
  return term.kind === "antiAffinity" ? apart(key) : skewed(snapshot, workload, term, key);
}

const SOFT = t(
  "What is preferred or ScheduleAnyway is a wish: the scheduler drops it when room is short, so it guarantees nothing.",
);

function strictness({ kind, node, path }: SpreadTerm): "hard" | "soft" | "unknown" {
  if (kind === "antiAffinity") return isRequired({ kind, node, path }) ? "hard" : "soft";
  const value = nodeAt(node, "whenUnsatisfiable");
  if (value?.kind === "scalar" && value.unknown) return "unknown";
  return stringOf(value) === "DoNotSchedule" ? "hard" : "soft";
}

/** Nodes without the label take any number of pods, and only for well-known labels is it certain that all have it. */
function apart(key: string): Reading {
  const width = widthOf(key);
  return width === "other"
    ? {
        doubt: t(
          "Whether every node carries the label {key}, by which anti-affinity keeps the pods apart, is not known here.",
          {
            key,
          },
        ),
      }
    : { limit: { kind: "apart", width }, key };
}

/** Nodes without the label take no pod of a constraint that must be met. */
function skewed(snapshot: Snapshot, workload: Workload, { node }: SpreadTerm, key: string): Reading {
  const skew = integerOf(nodeAt(node, "maxSkew"));
  const minDomains = numberOr(node, "minDomains", 1);
  if (skew === undefined || skew < 1 || minDomains === undefined || minDomains < 1)
    return { doubt: t("The spread over {key} states no valid maxSkew or minDomains here.", { key }) };
  const selector = labelSelectorOf(present(nodeAt(node, "labelSelector")));
  const company = selector === undefined ? "unknown" : companyOf(snapshot, workload, selector);
  if (company === "unknown")
    return { doubt: t("Whether the spread over {key} counts other pods too is not known here.", { key }) };
  if (company === "others")
    return {
      idle: t(
        "The spread over {key} counts the pods of other workloads too, so those of this one may still share a domain.",
        { key },
      ),
    };
  return { limit: { kind: "skew", width: widthOf(key), skew, minDomains }, key };
}

function numberOr(node: MapNode, name: string, fallback: number): number | undefined {
  const written: Node | undefined = present(nodeAt(node, name));
  return written === undefined ? fallback : integerOf(written);
}

/** Whether a constraint counts other pods beside the workload's own. Controllers of one namespace must not share selectors. */
function companyOf(
  snapshot: Snapshot,
  workload: Workload,
  selector: Selector,
): "alone" | "others" | "unknown" {
  const own = workload.selector;
  const asked = new Set(selector.map((requirement) => JSON.stringify(requirement)));
  if (
    own !== undefined &&
    own.length > 0 &&
    own.every((requirement) => asked.has(JSON.stringify(requirement)))
  )
    return "alone";
  const { together, uncertain } = selectWorkloads(snapshot, workload.resource, selector);
  const { kind, name } = workload.resource;
  if (together.some(({ resource }) => resource.kind !== kind || resource.name !== name)) return "others";
  return uncertain ? "unknown" : "alone";
}

/** k8s.io/api/core/v1/well_known_labels.go */
function widthOf(key: string): Width {
  if (key === "kubernetes.io/hostname") return "node";
  if (isZoneKey(key)) return "zone";
  return /^(?:topology\.kubernetes\.io|failure-domain\.beta\.kubernetes\.io)\/region$/.test(key)
    ? "region"
    : "other";
}

function unique(messages: readonly Message[]): readonly Message[] {
  return [...new Map(messages.map((message) => [JSON.stringify(message), message])).values()];
}
