import { setPath } from "../../fixes/yaml-edit.ts";
import { t } from "../../model/message.ts";
import { type HaCluster, isOn, isSwitchedOnAgain, pathOf } from "./ha-cluster.ts";
import { defineHaRule } from "./ha-rule.ts";

export default defineHaRule<HaCluster>({
  id: "vsphere-ha-disabled",
  title: "vSphere HA is switched off",
  severity: "error",
  evenDisabled: true,
  docs: {
    why: "Without vSphere HA nobody restarts the virtual machines of a host that fails: they stay down until a person notices, finds another host and starts them one by one.",
    how: "Enable HA. A task that switches it off for a maintenance is left alone where another task of the same file switches it on again for the same cluster.",
    sources: [
      "https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.cluster.DasConfigInfo.html",
      "https://github.com/ansible-collections/vmware.vmware/blob/main/plugins/modules/cluster_ha.py",
    ],
  },
  check(cluster, context) {
    if (isOn(cluster) !== false || isSwitchedOnAgain(cluster, "enabled")) return;
    context.report(
      cluster.resource.at(pathOf(cluster, "enabled")),
      t(
        "vSphere HA is switched off: when a host fails, its virtual machines stay down until a person starts them elsewhere. Enable it.",
      ),
      cluster,
    );
  },
  fixes: [
    {
      id: "enable",
      title: () => t("Enable vSphere HA"),
      // Whoever wrote it may have had a reason.
      preferred: false,
      edits: (cluster) => setPath(cluster.resource, pathOf(cluster, "enabled"), true),
    },
  ],
});
