import { type Message, t } from "../../model/message.ts";
import { type DataItem, itemName } from "../../recovery/data-items.ts";
import { recoveryOf } from "../../recovery/evaluate.ts";
import { known } from "../../recovery/fields.ts";
import type { Disruption, Plan } from "../../recovery/plan.ts";
import { definePlanRule, placeOf } from "./plan-rule.ts";

export default definePlanRule({
  id: "plan-no-surviving-copy",
  title: "No copy of the data survives",
  severity: "error",
  needsWholeWorkspace: true,
  docs: {
    why: "A copy counts only when it survives what is to be recovered from. What lies at the same site is lost with the site, what lies in the same city with the region, and a replica repeats every corruption within seconds. Where nothing is left, the data is gone for good, whatever the RPO says.",
    how: "Add a copy somewhere else: a replica or a backup at another site for Site, in another city for Region, and a point-in-time backup for Software.",
    sources: [
      "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_backing_up_data_identified_backups_data.html",
      "https://www.cisa.gov/sites/default/files/publications/data_backup_options.pdf",
    ],
  },
  check(plan, context) {
    const recovery = recoveryOf(plan.resource, context.snapshot);
    const { backups, databases, replication, sites } = plan;
    if (![backups, databases, replication, sites].every(({ complete }) => complete)) return;
    for (const { objective, disruption, loss } of recovery?.objectives ?? []) {
      if (disruption === "Hardware" || loss.promised.state === "absent") continue;
      for (const { item, copy, estimate } of loss.recovery.items) {
        if (copy !== undefined || estimate.open || staysInPlace(plan, item, disruption)) continue;
        context.report(
          placeOf(plan, objective.rpo.state === "absent" ? objective.node : objective.rpo.node),
          messageOf(item, disruption),
        );
      }
    }
  },
});

function messageOf(item: DataItem, disruption: Disruption): Message {
  const values = { item: [itemName(item)], disruption, remedy: [remedyFor(disruption)] };
  const copies = item.copies.flat().length;
  return copies === 0
    ? t(
        "There is no copy of {item}, so none survives {disruption}: the data is gone for good. {remedy}",
        values,
      )
    : t(
        "No copy of {item} survives {disruption} (copies: {copies}, all lost with the original): the data is gone for good. {remedy}",
        { ...values, copies },
      );
}

function remedyFor(disruption: Disruption) {
  switch (disruption) {
    case "Software":
      return t("Add a backup: replicas repeat the corruption.");
    case "Region":
      return t("Keep a copy in another city.");
    default:
      return t("Keep a copy at another site.");
  }
}

/** What the plan does not call data, and what a stretched cluster has at its other site. */
function staysInPlace(plan: Plan, { kind, copies }: DataItem, disruption: Disruption): boolean {
  if (kind === "Container" && copies.every((list) => list.length === 0)) return true;
  return (
    kind === "VM" &&
    disruption === "Site" &&
    plan.vsphere.items.some(({ stretched }) => stretched.state === "unknown" || known(stretched) === true)
  );
}
