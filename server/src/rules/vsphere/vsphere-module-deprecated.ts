import { isWritable, moduleOf } from "../../model/ansible.ts";
import { t } from "../../model/message.ts";
import { defineRule } from "../rule.ts";
import { toNewModule } from "./module-parameters.ts";

export default defineRule({
  id: "vsphere-module-deprecated",
  title: "Deprecated Ansible module for vSphere HA",
  severity: "info",
  appliesTo: ["ansible/*/vmware_cluster_ha"],
  docs: {
    why: "`community.vmware.vmware_cluster_ha` is deprecated and goes away with version 7.0.0 of its collection: a playbook that sets HA up then fails, most likely on the day when a cluster has to be built anew.",
    how: "Use `vmware.vmware.cluster_ha`. The fix renames the module and its parameters where each of them has a counterpart. Where nothing is said about admission control there is none: the old module then switches it off, the new one leaves it as it is, so say which you want.",
    sources: [
      "https://github.com/ansible-collections/community.vmware/blob/main/meta/runtime.yml",
      "https://github.com/ansible-collections/vmware.vmware/blob/main/plugins/modules/cluster_ha.py",
    ],
  },
  check(task, context) {
    const module = moduleOf(task.root);
    if (module === undefined) return;
    context.report(
      task.locate(module.key),
      t(
        "{module} is deprecated and is removed in community.vmware 7.0.0: from then on this task fails. Use vmware.vmware.cluster_ha.",
        { module: module.key.source },
      ),
      undefined,
    );
  },
  fixes: [
    {
      id: "new-module",
      title: () => t("Use vmware.vmware.cluster_ha with its parameters"),
      // Another collection must be installed for it.
      preferred: false,
      edits: (_, task) => (isWritable(task.root) ? toNewModule(task) : undefined),
    },
  ],
});
