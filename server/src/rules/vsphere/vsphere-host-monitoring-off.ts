import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { type HaCluster, isSwitchedOnAgain, pathOf, watchesHosts } from "./ha-cluster.ts";
import { defineHaRule } from "./ha-rule.ts";

export default defineHaRule<HaCluster>({
  id: "vsphere-host-monitoring-off",
  title: "vSphere HA does not watch the hosts",
  severity: "error",
  docs: {
    why: "HA looks enabled, but with host monitoring off the hosts exchange no heartbeats that count: no failed host is noticed, and none of its virtual machines is restarted. It is meant for network maintenance, and easily forgotten.",
    how: "Enable host monitoring (`ha_host_monitoring: enabled`, `host_failure_response.restart_vms: true`). A task that switches it off is left alone where another task of the same file switches it on again.",
    sources: [
      "https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.cluster.DasConfigInfo.html",
      "https://github.com/ansible-collections/vmware.vmware/blob/main/plugins/modules/cluster_ha.py",
    ],
  },
  check(cluster, context) {
    if (watchesHosts(cluster) !== false || isSwitchedOnAgain(cluster, "hostMonitoring")) return;
    context.report(
      cluster.resource.at(pathOf(cluster, "hostMonitoring")),
      t(
        "Host monitoring is off: HA is enabled, but no failed host is noticed and none of its virtual machines is restarted. Enable host monitoring.",
      ),
      cluster,
    );
  },
  fixes: [
    {
      id: "enable-host-monitoring",
      title: () => t("Enable host monitoring"),
      preferred: false,
      edits: (cluster) =>
        setPath(
          cluster.resource,
          pathOf(cluster, "hostMonitoring"),
          cluster.dialect === "vmware" ? true : "enabled",
        ),
    },
  ],
});
