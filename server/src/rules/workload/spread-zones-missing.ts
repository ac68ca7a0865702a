import { t } from "../../model/message.ts";
import { itemsOf, nodeAt, present, type Step, stringOf } from "../../model/node.ts";
import { effectiveReplicas } from "../../workspace/replicas.ts";
import type { Snapshot } from "../../workspace/snapshot.ts";
import {
  coverageOf,
  identityOf,
  ownLabelsOf,
  podSpecPath,
  type SpreadTerm,
  separatesNodes,
  spreadTermsOf,
} from "../../workspace/spread.ts";
import { domainKindOf, isZoneKey } from "../../workspace/spread-domains.ts";
import { hasOwnTemplate, type Workload } from "../../workspace/workload.ts";
import { defineWorkloadRule } from "../rule.ts";
import { scalableWorkloads } from "../types.ts";
import { addConstraints, constraintOver } from "./spread-constraint.ts";

export default defineWorkloadRule({
  id: "spread-zones-missing",
  title: "Replicas are spread over nodes but not over zones",
  severity: "info",
  types: scalableWorkloads,
  needsWholeWorkspace: true,
  docs: {
    why: "Different nodes may well stand in one zone. With constraints of its own a pod loses the scheduler's default spread over zones, so nothing speaks against all replicas being in the zone that fails next.",
    how: "Add topology spread over `topology.kubernetes.io/zone`; `ScheduleAnyway` never leaves a pod Pending. Reported only where `topology` in `.nines.yaml` states two zones or more, and not for workloads that are bound to a zone.",
    sources: [
      "https://kubernetes.io/docs/setup/best-practices/multiple-zones/",
      "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
    ],
  },
  check(workload, context) {
    const { snapshot, topology } = context;
    const zones = topology.zones?.length ?? 0;
    const replicas = effectiveReplicas(snapshot, workload);
    if (zones < 2 || replicas === undefined || replicas.lowest < 2) return;
    const term = onlyOverNodes(snapshot, workload);
    if (term === undefined) return;
    const { resource } = workload;
    context.report(
      resource.at([...term.path, "topologyKey"]),
      t(
        "The {replicas} pods of {kind} {name} are spread over nodes, not over the {zones} zones: all of them may run in one zone and be lost with it. Add spread over topology.kubernetes.io/zone.",
        { replicas: replicas.lowest, kind: resource.kind, name: resource.called, zones },
      ),
    );
  },
  fixes: [
    {
      id: "spread-over-zones",
      title: () => t("Spread over zones too, wherever possible"),
      preferred: true,
      edits(_, workload) {
        const labels = identityOf(workload);
        if (labels === undefined || workload.podSpec === undefined) return undefined;
        const constraint = constraintOver("topology.kubernetes.io/zone", "ScheduleAnyway", labels);
        return addConstraints(workload.resource, workload.podSpec, [constraint]);
      },
    },
  ],
});

/** The first term that spreads the workload's pods, when all that do, or may, know nothing but nodes. */
function onlyOverNodes(snapshot: Snapshot, workload: Workload): SpreadTerm | undefined {
  if (!hasOwnTemplate(workload) || isBoundToZone(workload)) return undefined;
  const labels = ownLabelsOf(snapshot, workload);
  const isPatched = ["affinity", "topologySpreadConstraints", "nodeSelector"].some((field) =>
    snapshot.layout.isPatched(workload.resource, podSpecPath(workload, field)),
  );
  if (labels === undefined || isPatched) return undefined;
  const terms = spreadTermsOf(workload)
    .filter(separatesNodes)
    .map((term) => ({ term, coverage: coverageOf(snapshot, workload, term, labels) }))
    .filter(({ coverage }) => coverage !== "others");
  if (terms.some(({ term }) => domainKindOf(term) !== "node")) return undefined;
  return terms.find(({ coverage }) => coverage === "own")?.term;
}

const REQUIRED: readonly Step[] = [
  "affinity",
  "nodeAffinity",
  "requiredDuringSchedulingIgnoredDuringExecution",
  "nodeSelectorTerms",
];

/** Whether a node selector or a required node affinity has an opinion about zones already. */
function isBoundToZone({ podSpec }: Workload): boolean {
  const selector = nodeAt(podSpec, "nodeSelector");
  if (selector?.kind === "map" && selector.entries.some(({ key }) => isZoneKey(key.source))) return true;
  if (present(selector)?.kind === "scalar") return true;
  return itemsOf(nodeAt(podSpec, REQUIRED))
    .flatMap((term) => itemsOf(nodeAt(term, "matchExpressions")))
    .some((expression) => isZoneKey(stringOf(nodeAt(expression, "key")) ?? ""));
}
