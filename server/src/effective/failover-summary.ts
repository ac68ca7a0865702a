import { t } from "../model/message.ts";
import type { Resource } from "../model/resource.ts";
import { recoveryOf } from "../recovery/evaluate.ts";
import { worstText } from "../recovery/figures.ts";
import { planOf } from "../recovery/plan.ts";
import type { Failover } from "../recovery/plan-failover.ts";
import { referencesOf } from "../recovery/references.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { figures } from "./meaning.ts";
import type { Summary } from "./workload-summary.ts";

/** The failovers of a recovery plan that can be shown in time; none of other resources. */
export function failoversOf(snapshot: Snapshot, resource: Resource): readonly Failover[] {
  const plan = planOf(resource);
  if (plan === undefined || snapshot.layout.completenessOf(resource) !== "complete") return [];
  return plan.failovers.items;
}

/** A failover at a glance: how long it takes at worst, and the manifests that have a part in it. */
export function summaryOfFailover(
  snapshot: Snapshot,
  resource: Resource,
  failover: Failover,
): Summary | undefined {
  const recovery = recoveryOf(resource, snapshot);
  const time = recovery?.failovers.find(({ model }) => model.failover === failover);
  if (recovery === undefined || time === undefined) return undefined;
  const about = referencesOf(recovery.plan, snapshot).flatMap(({ resolution }) =>
    resolution.state === "found" ? [resolution.resource] : [],
  );
  return {
    parts: [t("Show recovery timeline"), figures(worstText(time.total))],
    about: [...new Set(about)],
  };
}
