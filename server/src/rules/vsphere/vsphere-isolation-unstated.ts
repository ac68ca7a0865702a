import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { stringOf } from "../../model/node.ts";
import { type HaCluster, pathOf, settingOf } from "./ha-cluster.ts";
import { defineHaRule } from "./ha-rule.ts";

export default defineHaRule<HaCluster>({
  id: "vsphere-isolation-unstated",
  title: "vSphere HA without a stated isolation response",
  severity: "warning",
  docs: {
    why: "A host that has lost its network may still run its virtual machines, and still write to their disks. What HA does with them then is the isolation response, and its default differs from tool to tool: the vCenter API powers machines off, the modules of Ansible and the client leave them running. Left out, the answer to a split depends on who configured the cluster last.",
    how: "State it. `shutdown` stops the guests cleanly and lets another host start them; it needs VMware Tools in the guests and takes up to 5 minutes before the power is cut. `powerOff` is faster and harder. `none` is right only where the storage cannot be reached either.",
    sources: [
      "https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.cluster.DasVmSettings.IsolationResponse.html",
      "https://github.com/ansible-collections/vmware.vmware/blob/main/plugins/modules/cluster_ha.py",
    ],
  },
  check(cluster, context) {
    if (cluster.isOpen || settingOf(cluster, "isolation", stringOf).state !== "absent") return;
    context.report(
      cluster.resource.at(pathOf(cluster, "isolation")),
      cluster.dialect === "nines"
        ? t(
            "Nothing says what becomes of the virtual machines of a host that has lost its network: the default is powerOff in the vCenter API and none in Ansible, so the answer depends on the tool. State isolationResponse; shutdown stops them cleanly (it needs VMware Tools) so that another host can start them.",
          )
        : t(
            "Without host_isolation_response this task sets it to none: the virtual machines of a host that has lost its network keep running there, unreachable, and are not started elsewhere. State it; shutdown stops them cleanly (it needs VMware Tools).",
          ),
      cluster,
    );
  },
  fixes: [
    {
      id: "shutdown",
      title: () => t("Shut the virtual machines down when their host is isolated"),
      preferred: false,
      edits: (cluster) => setPath(cluster.resource, pathOf(cluster, "isolation"), "shutdown"),
    },
  ],
});
