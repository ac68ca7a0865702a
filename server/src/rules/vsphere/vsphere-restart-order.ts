import { t } from "../../model/message.ts";
import { itemsOf, nodeAt, stringOf } from "../../model/node.ts";
import type { Resource } from "../../model/resource.ts";
import { placeIn, valueAt } from "./ha-cluster.ts";
import { defineHaRule } from "./ha-rule.ts";
import { isHigher, priorityIn, restartOrderOf } from "./restart-priority.ts";

export default defineHaRule({
  id: "vsphere-restart-order",
  title: "vSphere HA restarts the database with everything else",
  severity: "warning",
  docs: {
    why: "HA starts machines by priority, the highest first, and those of equal priority in any order. Where all have the same, applications come up before their database, fail, and wait for retries or for people; and when capacity is short, it is chance that decides what stays down.",
    how: "Give databases and what everything depends on `high`, batch work `low`, and leave the rest at `medium`. In a plan, the machines that `databases` name must come before the applications. Tasks of Ansible set the default only and are not judged.",
    sources: [
      "https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.cluster.DasVmSettings.RestartPriority.html",
      "https://techdocs.broadcom.com/us/en/vmware-cis/vsphere/vsphere/8-0/vsphere-availability.html",
    ],
  },
  check(cluster, context) {
    if (cluster.dialect !== "nines") return;
    const order = restartOrderOf(valueAt(cluster, "restartPriority"));
    if (order === undefined) return;
    const at = placeIn(cluster, ["restartPriority"]);
    const levels = [...order.named].filter(([priority, patterns]) => {
      return priority !== order.default && patterns.length > 0;
    });
    if (levels.length === 0) {
      context.report(
        at,
        t(
          "Every virtual machine has restart priority {priority}: after a failure they start in any order, applications before their database. Name what must come first under high, and what can wait under low.",
          { priority: order.default },
        ),
      );
      return;
    }
    for (const machine of databaseMachines(cluster.resource)) {
      const priority = priorityIn(order, machine);
      if (isHigher(priority, order.default)) continue;
      context.report(
        at,
        t(
          "The database on {machine} has restart priority {priority}, its applications {other}: they start before it or together with it, and fail until it is there. List {machine} under high.",
          { machine, priority, other: order.default },
        ),
      );
    }
  },
});

/** The virtual machines that a plan's databases run on. */
function databaseMachines(resource: Resource): readonly string[] {
  return itemsOf(resource.get("spec.databases")).flatMap((database) => {
    const primary = nodeAt(database, "primary");
    const platform = stringOf(nodeAt(primary, "platform"))?.toLowerCase();
    return platform === "vm" ? (stringOf(nodeAt(primary, "ref")) ?? []) : [];
  });
}
