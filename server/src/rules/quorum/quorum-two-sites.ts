import { t } from "../../model/message.ts";
import { etcdSettingsOf } from "../../workspace/etcd-settings.ts";
import { majorityOf, nameOf, type QuorumGroup, votersOf } from "../../workspace/quorum.ts";
import { defineQuorumRule } from "../quorum-rule.ts";
import { twoPlacesOf } from "./two-places.ts";

export default defineQuorumRule({
  id: "quorum-two-sites",
  title: "A majority of the voters is in one of two zones or sites",
  severity: "error",
  needsWholeWorkspace: true,
  docs: {
    why: "Spread over two places, an odd number of voters always has its majority in one of them. The loss of that one stops the group although the other is untouched, so two zones or sites survive only the loss of the smaller part, and nobody chooses which one fails.",
    how: "Put one voter into a third place: a small witness is enough, since it only votes. Where there is none, keep the group in one place and a copy of its data in the other. Judged where the pods are required to spread over zones or sites (a node label such as `topology.kubernetes.io/region` or `…/site`) of which `topology` in `.nines.yaml` says that there are two, and where node affinity leaves them two. Voters of one group in several workloads are not added up: suppress the finding where another one runs the witness.",
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
    if (listsOthers(group, voters)) return;
    const found = twoPlacesOf(snapshot, workload, topology);
    if (found === undefined) return;
    const values = { voters, system: group.system, name: nameOf(group), majority: majorityOf(voters) };
    context.report(
      group.resource.locate(found.node),
      found.kind === "zones"
        ? t(
            "The {voters} {system} voters of {name} are spread over 2 zones, so at least {majority} of them, a majority, are in one: the loss of that zone stops the group. Put one voter into a third zone.",
            values,
          )
        : t(
            "The {voters} {system} voters of {name} are spread over 2 sites, so at least {majority} of them, a majority, are in one: the loss of that site stops the group. Put one voter, a witness, into a third site.",
            values,
          ),
      undefined,
    );
  },
});

/** More members are listed than this workload runs: some are elsewhere, perhaps in a third place. */
function listsOthers({ resource }: QuorumGroup, voters: number): boolean {
  return etcdSettingsOf(resource).some((settings) => {
    const members = settings.get("initial-cluster")?.value.split(",").length ?? 0;
    return members > voters;
  });
}
