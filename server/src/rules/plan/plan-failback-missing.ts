import { t } from "../../model/message.ts";
import { nodeAt, present } from "../../model/node.ts";
import { known } from "../../recovery/fields.ts";
import { definePlanRule, placeOf } from "./plan-rule.ts";

export default definePlanRule({
  id: "plan-failback-missing",
  title: "Failover without a way back",
  severity: "warning",
  docs: {
    why: "After a failover the old site holds data that is out of date, and sometimes writes that nobody else has. Coming back means to protect the new side first (Azure Site Recovery calls it reprotect), to copy everything back, and to switch again. Without a plan for that, the system stays at the standby site, unprotected, until the next failure finds it there.",
    how: "Say who decides and whether the data must be synchronised first: `failback: {mode: Manual, requireResync: true}`.",
    sources: ["https://learn.microsoft.com/azure/site-recovery/concepts-types-of-failback"],
  },
  check(plan, context) {
    for (const { node, name, failback } of plan.failovers.items) {
      if (failback !== undefined || present(nodeAt(node, "failback")) !== undefined) continue;
      context.report(
        placeOf(plan, node),
        t(
          "Failover {name} has no failback: after it the standby site serves alone, with nothing behind it, and nobody has said how to return. Add failback with its mode and requireResync.",
          { name: known(name) ?? "" },
        ),
      );
    }
  },
});
