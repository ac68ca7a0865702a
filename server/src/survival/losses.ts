import { type Message, t } from "../model/message.ts";
import type { Rule, Rules } from "./limits.ts";
import { type Most, mostIn, type Place, type Placement, running } from "./placement.ts";
import { plain, type Verdict } from "./verdict.ts";
import type { Whereabouts } from "./whereabouts.ts";

/** The pods of a workload that has a number of them, and what decides where they lie. */
export interface Pods {
  readonly pods: number;
  /** What has to stay: a majority of those that vote, else one. */
  readonly needed: number;
  /** The system that decides by majority. */
  readonly system: string | undefined;
  readonly rules: Rules;
  readonly where: Whereabouts;
}

/** What is certain of the pods of one node or zone. */
interface Loss {
  readonly most: Most;
  readonly stay: number;
  /** Why not more stay, or not fewer. */
  readonly why: readonly Message[];
}

/** The loss of one node or one zone, whichever it is: the one with the most pods. */
export function lossOf(place: Place, pods: Pods): Verdict {
  const { pods: of, needed, rules, where } = pods;
  if (of === 1) return { state: "notGuaranteed", stay: 0, of, sentences: [ONLY_ONE] };
  const bound = where.oneNode ?? (place === "zone" ? where.oneZone : undefined);
  if (bound !== undefined)
    return { state: "notGuaranteed", stay: 0, of, sentences: [NONE_LEFT[place]({ pods: of }), bound] };
  const { stay, most, why } = certainLoss(place, pods);
  const doubts = stay < needed ? [...rules.doubts, ...missing(place, pods)] : [where.doubt ?? []].flat();
  if (doubts.length > 0) return plain("unknown", ...doubts);
  const values = { stay, pods: of, most: most.pods, system: pods.system ?? "", needed };
  if (stay >= needed) return { state: "guaranteed", stay, of, sentences: [STAYS[place](values), ...why] };
  const said = stay > 0 ? TOO_FEW[place](values) : NONE_LEFT[place](values);
  return { state: "notGuaranteed", stay, of, sentences: [said, ...why] };
}

/** What the rules that hold for certain make of one node or zone; nothing else counts. */
export function certainLoss(place: Place, { pods, rules, where }: Pods): Loss {
  const placement: Placement = {
    ...{ pods, nodes: where.nodes, zones: where.zones },
    limits: rules.certain.map(({ limit }) => limit),
  };
  const run = running(placement);
  const most = mostIn(place, placement);
  const rule = rules.certain.find(({ limit }) => limit === most.by);
  const why = rule === undefined ? unbound(place, rules, where) : reasons(place, rule, most.pods, where);
  const waiting =
    run < pods
      ? [
          t("Only {run} of {pods} pods find a place under these rules; the others stay Pending.", {
            run,
            pods,
          }),
        ]
      : [];
  return { most, stay: run - most.pods, why: [...why, ...waiting] };
}

type Values = Readonly<Record<string, string | number>>;

const ONLY_ONE = t("No pod is left: there is only 1.");

const STAYS: Readonly<Record<Place, (values: Values) => Message>> = {
  node: (values) => t("At least {stay} of {pods} pods stay: one node holds at most {most}.", values),
  zone: (values) => t("At least {stay} of {pods} pods stay: one zone holds at most {most}.", values),
};

const NONE_LEFT: Readonly<Record<Place, (values: Values) => Message>> = {
  node: (values) => t("No pod may be left: all {pods} may be on the same node.", values),
  zone: (values) => t("No pod may be left: all {pods} may be in the same zone.", values),
};

const TOO_FEW: Readonly<Record<Place, (values: Values) => Message>> = {
  node: (values) =>
    t(
      "Only {stay} of {pods} pods may be left without the node that holds {most}, and {system} needs {needed} to decide.",
      values,
    ),
  zone: (values) =>
    t(
      "Only {stay} of {pods} pods may be left without the zone that holds {most}, and {system} needs {needed} to decide.",
      values,
    ),
};

/** Why nothing keeps all pods out of one place. */
function unbound(place: Place, { idle }: Rules, { nodes, zones }: Whereabouts): readonly Message[] {
  if (place === "node" && nodes === 1) return [t("The topology has one node only.")];
  if (place === "zone" && zones === 1) return [t("The topology has one zone only.")];
  return [
    place === "node"
      ? t("Nothing required keeps them on different nodes.")
      : t("Nothing required keeps them in different zones."),
    ...idle,
  ];
}

/** What the rule does that decides. */
function reasons(
  place: Place,
  { limit, key = "" }: Rule,
  most: number,
  where: Whereabouts,
): readonly Message[] {
  const { nodes = 0, zones = 0 } = where;
  if (place === "zone" && limit.width === "node")
    return [
      t("They are spread over nodes, and with {nodes} nodes in {zones} zones one zone has at most {count}.", {
        ...{ nodes, zones, count: nodes - zones + 1 },
      }),
    ];
  if (limit.kind === "apart")
    return [
      key === ""
        ? t("They take a port of their node, so no two share one.")
        : t("Required anti-affinity lets no two of them share a domain of {key}.", { key }),
    ];
  const { skew, minDomains } = limit;
  const domains = limit.width === "node" ? where.nodes : limit.width === "zone" ? where.zones : undefined;
  return [
    domains === undefined
      ? t(
          "The required spread over {key} with maxSkew {skew} and minDomains {minDomains} leaves at most {most} in one domain.",
          {
            ...{ key, skew, minDomains, most },
          },
        )
      : t(
          "The required spread over {key} with maxSkew {skew} leaves at most {most} in one of {domains} domains.",
          {
            ...{ key, skew, domains, most },
          },
        ),
  ];
}

/** What has to be known for a spread to promise anything: the number of its domains. */
function missing(place: Place, { rules, where }: Pods): readonly Message[] {
  const of = (width: string) =>
    rules.certain.find(({ limit }) => limit.kind === "skew" && limit.width === width);
  const isOpen = { node: where.nodes === undefined, zone: where.zones === undefined };
  if (isOpen.zone && of("zone") !== undefined)
    return [
      t(
        "The pods are spread over zones, and how many of those there are is not known here. State topology.zones in .nines.yaml, or minDomains in the constraint.",
      ),
    ];
  if (place === "node" && isOpen.node && of("node") !== undefined)
    return [
      t(
        "The pods are spread over nodes, and how many of those may take them is not known here. State topology.nodes in .nines.yaml, or minDomains in the constraint.",
      ),
    ];
  const other = of("region") ?? (place === "node" ? of("other") : undefined);
  if (other === undefined) return [];
  return [
    t(
      "The pods are spread over {key}, and how many domains of it there are is not known here. State minDomains in the constraint.",
      {
        key: other.key ?? "",
      },
    ),
  ];
}
