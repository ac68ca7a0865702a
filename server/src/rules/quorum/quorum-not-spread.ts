import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { booleanOf } from "../../model/node.ts";
import { majorityOf, nameOf, type QuorumGroup, votersOf } from "../../workspace/quorum.ts";
import { defineQuorumRule } from "../quorum-rule.ts";
import type { RuleContext } from "../rule.ts";
import { areKeptApart, keepApartEdits } from "./voter-spread.ts";

/** Rook lets mons share a node only when this says so. */
const ROOK_SHARING = "spec.mon.allowMultiplePerNode";

export default defineQuorumRule({
  id: "quorum-not-spread",
  title: "Voters may share a node",
  severity: "error",
  needsWholeWorkspace: true,
  docs: {
    why: "Three voters survive the loss of one. Two of them on one node make that node a single point of failure: its crash or its drain takes two voters, which is the majority, and the group decides nothing until a pod is back. A preference (`preferred…`, `ScheduleAnyway`) is given up exactly when nodes are short: after a failure, during an upgrade.",
    how: "Require a node for each voter: anti-affinity under `requiredDuringSchedulingIgnoredDuringExecution` or a topology spread constraint with `whenUnsatisfiable: DoNotSchedule` and `maxSkew: 1`, over `kubernetes.io/hostname` and with the pods' own labels. Over zones it does as well where `topology` in `.nines.yaml` states as many zones as there are voters. A pod that finds no node stays Pending, which costs one voter instead of the majority. In Rook set `allowMultiplePerNode: false`.",
    sources: [
      "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
      "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity",
      "https://rook.io/docs/rook/latest/CRDs/Cluster/ceph-cluster-crd/#mon-settings",
    ],
    peers: {
      "kube-score": "statefulset-has-host-podantiaffinity",
    },
  },
  check(group, context) {
    const { snapshot } = context;
    const voters = votersOf(snapshot, group);
    if (voters === undefined || voters < 2 || !mayShareNode(context, group, voters)) return;
    const { workload, resource } = group;
    context.report(
      workload === undefined ? resource.at(ROOK_SHARING) : resource.title,
      t(
        "Nothing forces the {voters} {system} voters of {name} onto different nodes, and {majority} are needed to decide: the loss or drain of one node may stop the group. Require a node for each.",
        { voters, system: group.system, name: nameOf(group), majority: majorityOf(voters) },
      ),
      undefined,
    );
  },
  fixes: [
    {
      id: "one-per-node",
      title: () => t("Require a node for each voter"),
      // With fewer nodes than voters, pods would stay Pending.
      preferred: false,
      edits(_, { workload, resource }, snapshot) {
        if (workload !== undefined) return keepApartEdits(snapshot, workload);
        return setPath(resource, ROOK_SHARING, false);
      },
    },
  ],
});

function mayShareNode(
  { snapshot, topology }: Pick<RuleContext<void, object>, "snapshot" | "topology">,
  { workload, resource }: QuorumGroup,
  voters: number,
): boolean {
  if (workload !== undefined) return areKeptApart(snapshot, workload, { voters, topology }) === false;
  return booleanOf(resource.get(ROOK_SHARING)) === true && !snapshot.layout.isPatched(resource, ROOK_SHARING);
}
