import type { DocumentEdit } from "../../fixes/edit.ts";
import { setIn } from "../../fixes/yaml-edit.ts";
import { integerOf, nodeAt, stringOf } from "../../model/node.ts";
import type { Snapshot, Topology } from "../../workspace/snapshot.ts";
import {
  coverageOf,
  identityOf,
  namesNode,
  ownLabelsOf,
  podSpecPath,
  type SpreadTerm,
  spreadTermsOf,
  takesNodePorts,
} from "../../workspace/spread.ts";
import { domainKindOf } from "../../workspace/spread-domains.ts";
import { hasOwnTemplate, type Workload } from "../../workspace/workload.ts";
import { addConstraints, constraintOver } from "../workload/spread-constraint.ts";

const HOSTNAME = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";

/** How many voters there are, and what for places they have. */
interface World {
  readonly voters: number;
  readonly topology: Topology;
}

/**
 * Whether each pod is certain to get a node of its own; undefined when a template, an overlay or others decide. A zone
 * for each of them, where the topology has as many, is a node for each as well.
 */
export function areKeptApart(snapshot: Snapshot, workload: Workload, world?: World): boolean | undefined {
  const labels = ownLabelsOf(snapshot, workload);
  if (!hasOwnTemplate(workload) || labels === undefined) return undefined;
  if (isDecidedElsewhere(snapshot, workload)) return undefined;
  if (takesNodePorts(workload) || namesNode(workload)) return true;
  const answers = spreadTermsOf(workload)
    .filter((term) => isStrict(term, world))
    .map((term) => coverageOf(snapshot, workload, term, labels));
  if (answers.includes("own")) return true;
  return answers.includes("unknown") ? undefined : false;
}

/**
 * Whether a term gives each pod a domain of its own: required anti-affinity, or a constraint that the scheduler
 * must meet and that evens out exactly. Any domain will do that is a node or holds nodes of its own.
 */
function isStrict(term: SpreadTerm, world: World | undefined): boolean {
  const { kind, node, path } = term;
  const key = stringOf(nodeAt(node, "topologyKey"));
  if (key === undefined) return true;
  if (kind === "antiAffinity")
    return (
      path.includes("requiredDuringSchedulingIgnoredDuringExecution") &&
      (key === HOSTNAME || /zone|rack|region/.test(key))
    );
  // The default of whenUnsatisfiable: none, the field is required; a template in its place counts as strict.
  const isEach = key === HOSTNAME || (domainKindOf(term) === "zone" && hasZoneForEach(world));
  return isEach && isOrUnknown(node, "whenUnsatisfiable", "DoNotSchedule") && hasNoSkew(node);
}

function hasZoneForEach(world: World | undefined): boolean {
  return world !== undefined && (world.topology.zones?.length ?? 0) >= world.voters;
}

function isOrUnknown(node: SpreadTerm["node"], name: string, wanted: string): boolean {
  const value = nodeAt(node, name);
  return stringOf(value) === wanted || (value?.kind === "scalar" && value.unknown);
}

function hasNoSkew(node: SpreadTerm["node"]): boolean {
  const skew = integerOf(nodeAt(node, "maxSkew"));
  return skew === undefined || skew <= 1;
}

function isDecidedElsewhere(snapshot: Snapshot, workload: Workload): boolean {
  return ["affinity", "topologySpreadConstraints"].some((name) => {
    const node = nodeAt(workload.podSpec, name);
    const isUnknown = node?.kind === "scalar" && node.unknown;
    return isUnknown || snapshot.layout.isPatched(workload.resource, podSpecPath(workload, name));
  });
}

/** Gives each pod a node of its own: nothing where it has one, undefined where that cannot be written. */
export function keepApartEdits(snapshot: Snapshot, workload: Workload): readonly DocumentEdit[] | undefined {
  const { podSpec, resource } = workload;
  const apart = areKeptApart(snapshot, workload);
  const labels = identityOf(workload);
  const own = ownLabelsOf(snapshot, workload);
  if (apart === true) return [];
  if (apart === undefined || podSpec === undefined || labels === undefined || own === undefined)
    return undefined;
  const constraints = spreadTermsOf(workload).filter((term) => term.kind === "constraint");
  const over = (key: string) => constraints.find(({ node }) => stringOf(nodeAt(node, "topologyKey")) === key);
  const lax = over(HOSTNAME);
  if (lax !== undefined) {
    if (coverageOf(snapshot, workload, lax, own) !== "own") return undefined;
    return [
      ...setIn(resource.document, lax.node, ["maxSkew"], 1),
      ...setIn(resource.document, lax.node, ["whenUnsatisfiable"], "DoNotSchedule"),
    ];
  }
  const zone = over(ZONE) === undefined ? [constraintOver(ZONE, "ScheduleAnyway", labels)] : [];
  return addConstraints(resource, podSpec, [constraintOver(HOSTNAME, "DoNotSchedule", labels), ...zone]);
}
