import { t } from "../../model/message.ts";
import { itemName } from "../../recovery/data-items.ts";
import { recoveryOf } from "../../recovery/evaluate.ts";
import { definePlanRule, placeOf } from "./plan-rule.ts";
import { notStrict } from "./strictness.ts";

export default definePlanRule({
  id: "plan-zero-rpo-not-strict",
  title: "No data loss promised, but writes do not wait for the copy",
  severity: "error",
  needsWholeWorkspace: true,
  docs: {
    why: "RPO 0 means that a write is acknowledged only when the surviving copy has it. An asynchronous copy follows later; and a synchronous one that is merely preferred is given up as soon as it lags or its site is cut off, without anybody being told: the next failure then loses what was written since.",
    how: "Make it strict along the whole way: `mode: Synchronous` for storage, `dataDurability: required` for databases (CloudNativePG waits then, even when no replica is there, so have at least two). Or promise what an asynchronous copy can keep.",
    sources: [
      "https://cloudnative-pg.io/documentation/current/replication/#synchronous-replication",
      "https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION",
    ],
  },
  check(plan, context) {
    const recovery = recoveryOf(plan.resource, context.snapshot);
    for (const objective of recovery?.objectives ?? []) {
      const { disruption } = objective;
      const { promised } = objective.loss;
      if (promised.state !== "known" || promised.value !== 0) continue;
      // A lost host leaves storage behind, and corruption every replica.
      if (disruption === "Hardware" || disruption === "Software") continue;
      for (const { loss, node } of notStrict(objective))
        context.report(
          placeOf(plan, promised.node),
          t(
            "{disruption} RPO 0 promised, but writes to {item} do not wait for “{copy}”, the best copy that survives: what it lags behind is lost. Make it synchronous and required, or promise what it can keep.",
            { disruption, item: [itemName(loss.item)], copy: loss.copy?.name ?? "" },
          ),
          undefined,
          { related: [{ location: placeOf(plan, node), message: t("This copy only follows.") }] },
        );
    }
  },
});
