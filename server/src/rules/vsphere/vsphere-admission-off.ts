import type { DocumentEdit } from "../../fixes/edit.ts";
import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { admissionOf, needOf } from "./admission.ts";
import { type HaCluster, placeIn } from "./ha-cluster.ts";
import { defineHaRule } from "./ha-rule.ts";

export default defineHaRule<HaCluster>({
  id: "vsphere-admission-off",
  title: "vSphere HA without admission control",
  severity: "error",
  docs: {
    why: "Admission control keeps the capacity free that the virtual machines of a failed host need. Without it the cluster fills up unnoticed, and after a failure HA restarts machines until memory runs out: the rest stays down, whatever its restart priority promised.",
    how: "Reserve a share of the cluster (resource percentage), slots, or dedicated failover hosts. In `community.vmware.vmware_cluster_ha`, leaving all three blocks out switches admission control off; in `vmware.vmware.cluster_ha` an absent policy leaves the cluster as it is and is not judged.",
    sources: [
      "https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.cluster.DasConfigInfo.html",
      "https://github.com/ansible-collections/community.vmware/blob/main/plugins/modules/vmware_cluster_ha.py",
    ],
  },
  check(cluster, context) {
    const admission = admissionOf(cluster);
    if (admission?.policy.state !== "known" || admission.policy.value !== "off") return;
    const need = needOf(cluster, admission.tolerated);
    const at = placeIn(cluster, admission.path);
    context.report(
      at,
      need === undefined
        ? t(
            "Admission control is off: the cluster may fill up until nothing is left for a failover, and some virtual machines of a failed host are not started again. Reserve the capacity of at least 1 host.",
          )
        : t(
            "Admission control is off: the cluster may fill up until nothing is left for a failover, and some virtual machines of a failed host are not started again. Reserve {percent} %.",
            { percent: need.percent },
          ),
      cluster,
    );
  },
  fixes: [
    {
      id: "reserve",
      title: () => t("Reserve the capacity of what may fail"),
      preferred: false,
      edits: reserve,
    },
  ],
});

/** Automatic percentages for the hosts that are to be tolerated; a stretched cluster needs figures of its own. */
function reserve(cluster: HaCluster): readonly DocumentEdit[] | undefined {
  const { resource, path } = cluster;
  if (cluster.dialect === "vmware")
    return setPath(resource, [...path, "admission_control_policy"], "cluster_resource");
  if (cluster.dialect === "community")
    return setPath(resource, [...path, "reservation_based_admission_control"], { failover_level: 1 });
  const admission = admissionOf(cluster);
  const need = needOf(cluster, admission?.tolerated);
  if (need === undefined || admission === undefined || admission.path.at(-1) !== "policy") return undefined;
  const at = [...path, "admissionControl"];
  return [
    ...setPath(resource, [...at, "policy"], "resourcePercentage"),
    ...setPath(resource, [...at, "cpuPercent"], need.percent),
    ...setPath(resource, [...at, "memoryPercent"], need.percent),
  ];
}
