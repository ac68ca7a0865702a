import type { DocumentEdit } from "../../fixes/edit.ts";
import { setPath } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { type Admission, admissionOf } from "./admission.ts";
import { type HaCluster, placeIn } from "./ha-cluster.ts";
import { defineHaRule } from "./ha-rule.ts";

export default defineHaRule<HaCluster>({
  id: "vsphere-admission-ignored",
  title: "Reserved percentage that vSphere HA ignores",
  severity: "warning",
  docs: {
    why: "Where vCenter computes the percentages from the number of hosts to tolerate, the figures written beside it have no effect; and a percentage counts under no other policy than the one of resources. The cluster reserves something else than the file says, and nobody notices until a host is gone.",
    how: "Switch the computation off (`auto_compute_percentages: false`, `autoCompute: false`), or remove the percentages. In `community.vmware.vmware_cluster_ha` the computation is on unless it is switched off; in `vmware.vmware.cluster_ha` a percentage switches it off.",
    sources: [
      "https://github.com/ansible-collections/community.vmware/blob/main/plugins/modules/vmware_cluster_ha.py",
      "https://github.com/ansible-collections/vmware.vmware/blob/main/plugins/modules/cluster_ha.py",
      "https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.cluster.FailoverResourcesAdmissionControlPolicy.html",
    ],
  },
  check(cluster, context) {
    const admission = admissionOf(cluster);
    const [first] = admission?.percents ?? [];
    const message =
      admission === undefined || first === undefined ? undefined : ignored(admission, first.value);
    if (first !== undefined && message !== undefined)
      context.report(placeIn(cluster, first.path), message, cluster);
  },
  fixes: [
    {
      id: "use-percentage",
      title: () => t("Switch the computation off, so that the percentages count"),
      preferred: false,
      edits: useThem,
    },
  ],
});

function ignored({ policy, automatic }: Admission, percent: number): Message | undefined {
  if (policy.state !== "known") return undefined;
  if (policy.value !== "percentage")
    return policy.value === "off"
      ? undefined
      : t(
          "{percent} % has no effect: the policy of admission control is another one. Choose the one of resource percentages, or remove it.",
          { percent },
        );
  if (automatic !== true || percent === 0) return undefined;
  return t(
    "{percent} % has no effect: vCenter computes the percentages from the number of hosts to tolerate. Switch that off, or remove the percentages.",
    { percent },
  );
}

function useThem(cluster: HaCluster): readonly DocumentEdit[] | undefined {
  const admission = admissionOf(cluster);
  if (admission?.policy.state !== "known" || admission.policy.value !== "percentage") return undefined;
  if (cluster.dialect === "vmware") return undefined;
  const path =
    cluster.dialect === "nines"
      ? ["admissionControl", "autoCompute"]
      : ["reservation_based_admission_control", "auto_compute_percentages"];
  return setPath(cluster.resource, [...cluster.path, ...path], false);
}
