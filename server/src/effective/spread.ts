import { type Message, t } from "../model/message.ts";
import { integerOf, nodeAt, stringOf } from "../model/node.ts";
import type { Resource } from "../model/resource.ts";
import { effectiveReplicas } from "../workspace/replicas.ts";
import { coverageOf, ownLabelsOf, podSpecPath, type SpreadTerm, spreadTermsOf } from "../workspace/spread.ts";
import { domainKindOf, domainsOf } from "../workspace/spread-domains.ts";
import { hasOwnTemplate, workloadOf } from "../workspace/workload.ts";
import { type Labels, type Meaning, meaning, type World } from "./meaning.ts";
import { placeIn } from "./place.ts";

/** Topology spread and pod anti-affinity: how many pods share a node or a zone at worst. */
export function spreadMeanings(resource: Resource, world: World): readonly Meaning[] {
  const workload = workloadOf(resource);
  if (workload === undefined || !workload.scalable || !hasOwnTemplate(workload)) return [];
  const { snapshot } = world;
  const terms = spreadTermsOf(workload);
  const labels = terms.length === 0 ? undefined : ownLabelsOf(snapshot, workload);
  const pods = effectiveReplicas(snapshot, workload)?.lowest;
  if (labels === undefined || pods === undefined || pods < 1) return [];
  return terms.flatMap((term) => {
    const list = term.kind === "constraint" ? "topologySpreadConstraints" : "affinity";
    if (snapshot.layout.isPatched(resource, podSpecPath(workload, list))) return [];
    const coverage = coverageOf(snapshot, workload, term, labels);
    if (coverage === "unknown") return [];
    const place = placeIn(
      resource.document,
      term.node,
      term.kind === "constraint" ? "maxSkew" : "topologyKey",
    );
    if (coverage === "others")
      return meaning(place, [t("Its selector does not match these pods, so it does not keep them apart.")]);
    const { details, labels: shown } =
      term.kind === "constraint" ? ofConstraint(term, pods, world) : ofAntiAffinity(term, pods, world);
    return meaning(place, details, shown);
  });
}

interface Told {
  readonly details: readonly Message[];
  readonly labels: Labels;
}

const NOTHING: Told = { details: [], labels: {} };

function ofConstraint(term: SpreadTerm, pods: number, { topology }: World): Told {
  const skew = integerOf(nodeAt(term.node, "maxSkew"));
  const mode = stringOf(nodeAt(term.node, "whenUnsatisfiable")) ?? "DoNotSchedule";
  const key = stringOf(nodeAt(term.node, "topologyKey"));
  if (skew === undefined || skew < 1 || key === undefined) return NOTHING;
  if (mode !== "DoNotSchedule")
    return {
      details: [
        t("A wish, not a promise: when nodes are short, all {pods} pods may share one domain of {key}.", {
          pods,
          key,
        }),
      ],
      labels: { long: t("a wish, not a promise") },
    };
  const kind = domainKindOf(term);
  const domains = domainsOf(term, topology);
  if (domains === undefined || domains < 1) return { details: [unknownDomains(kind)], labels: {} };
  const minDomains = integerOf(nodeAt(term.node, "minDomains")) ?? 1;
  const fullest = fullestOf(pods, skew, domains, minDomains);
  const values = { pods, domains, fullest, left: pods - fullest };
  return kind === "zone"
    ? {
        details: [
          t(
            "Over {domains} zones the fullest one holds at most {fullest} of {pods} pods: its loss leaves {left}.",
            values,
          ),
        ],
        labels: { short: t("≤ {fullest} of {pods} in a zone", values) },
      }
    : {
        details: [
          t(
            "Over {domains} nodes the fullest one holds at most {fullest} of {pods} pods: its loss leaves {left}.",
            values,
          ),
        ],
        labels: { short: t("≤ {fullest} of {pods} on a node", values) },
      };
}

/**
 * Pods in the fullest domain at worst: ⌊(n + s(d−1))/d⌋. With fewer domains than minDomains the emptiest counts as
 * 0, and each takes maxSkew (kubernetes pkg/scheduler/framework/plugins/podtopologyspread/filtering.go).
 */
function fullestOf(pods: number, skew: number, domains: number, minDomains: number): number {
  if (domains < minDomains) return Math.min(pods, skew);
  return Math.min(pods, Math.floor((pods + skew * (domains - 1)) / domains));
}

function unknownDomains(kind: "node" | "zone" | undefined): Message {
  switch (kind) {
    case "zone":
      return t(
        "How many pods share a zone at worst depends on the number of zones, which is not known here: state it under topology in .nines.yaml.",
      );
    case "node":
      return t(
        "How many pods share a node at worst depends on the number of nodes, which is not known here: state it under topology in .nines.yaml.",
      );
    default:
      return t(
        "How many pods share a domain at worst depends on the number of domains, which is not known here.",
      );
  }
}

function ofAntiAffinity(term: SpreadTerm, pods: number, { topology }: World): Told {
  const key = stringOf(nodeAt(term.node, "topologyKey"));
  if (key === undefined) return NOTHING;
  const isRequired = term.path.includes("requiredDuringSchedulingIgnoredDuringExecution");
  if (!isRequired)
    return {
      details: [
        t("A wish, not a promise: when nodes are short, all {pods} pods may share one domain of {key}.", {
          pods,
          key,
        }),
      ],
      labels: {},
    };
  const domains = domainsOf(term, topology);
  const values = { pods, key, domains: domains ?? 0 };
  const needed = t("No two of the {pods} pods share a domain of {key}: each needs one of its own.", values);
  return {
    details: domains === undefined ? [needed] : [needed, t("The topology has {domains} of them.", values)],
    labels: {},
  };
}
