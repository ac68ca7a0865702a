import { t } from "../../model/message.ts";
import { type Node, nodeAt, stringOf } from "../../model/node.ts";
import { majorityOf, nameOf, votersOf } from "../../workspace/quorum.ts";
import type { Snapshot, Topology } from "../../workspace/snapshot.ts";
import { coverageOf, ownLabelsOf, podSpecPath, spreadTermsOf } from "../../workspace/spread.ts";
import type { Workload } from "../../workspace/workload.ts";
import { defineQuorumRule } from "../quorum-rule.ts";

const ZONE = "topology.kubernetes.io/zone";

export default defineQuorumRule({
  id: "quorum-two-sites",
  title: "A majority of the voters is in one of two zones",
  severity: "error",
  needsWholeWorkspace: true,
  docs: {
    why: "Spread over two places, an odd number of voters always has its majority in one of them. The loss of that one stops the group although the other is untouched, so two zones or sites survive only the loss of the smaller part, and nobody chooses which one fails.",
    how: "Put one voter into a third place: a small witness is enough, since it only votes. Where there is none, keep the group in one place and a copy of its data in the other. Judged where `topology` in `.nines.yaml` says that there are two zones and the pods are required to spread over them.",
    sources: [
      "https://etcd.io/docs/latest/faq/#does-etcd-work-in-cross-region-or-cross-data-center-deployments",
      "https://kubernetes.io/docs/setup/best-practices/multiple-zones/",
    ],
  },
  check(group, context) {
    const { snapshot, topology } = context;
    const { workload } = group;
    const voters = votersOf(snapshot, group);
    // An even number may be cut in halves: quorum-even speaks of that.
    if (workload === undefined || voters === undefined || voters < 3 || voters % 2 === 0) return;
    const place = zoneSpread(snapshot, workload, topology);
    if (place === undefined) return;
    context.report(
      group.resource.locate(place),
      t(
        "The {voters} {system} voters of {name} are spread over 2 zones, so at least {majority} of them, a majority, are in one: the loss of that zone stops the group. Put one voter into a third zone.",
        { voters, system: group.system, name: nameOf(group), majority: majorityOf(voters) },
      ),
      undefined,
    );
  },
});

/** What requires the pods to spread over zones, where there are two. */
function zoneSpread(snapshot: Snapshot, workload: Workload, { zones }: Topology): Node | undefined {
  const labels = ownLabelsOf(snapshot, workload);
  if (zones?.length !== 2 || labels === undefined) return undefined;
  if (snapshot.layout.isPatched(workload.resource, podSpecPath(workload, "topologySpreadConstraints")))
    return undefined;
  const term = spreadTermsOf(workload).find(
    (one) =>
      one.kind === "constraint" &&
      stringOf(nodeAt(one.node, "topologyKey")) === ZONE &&
      stringOf(nodeAt(one.node, "whenUnsatisfiable")) === "DoNotSchedule" &&
      coverageOf(snapshot, workload, one, labels) === "own",
  );
  return term === undefined ? undefined : nodeAt(term.node, "topologyKey");
}
