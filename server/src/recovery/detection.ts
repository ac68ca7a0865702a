import { t } from "../model/message.ts";
import { between, exactly } from "./estimate.ts";
import { known } from "./fields.ts";
import { outlierTerm } from "./outlier.ts";
import type { Decision, Detection, Failover } from "./plan-failover.ts";
import { type Around, fieldTerm, leaf, named, sum, type Term, unknown } from "./term.ts";
import type { World } from "./world.ts";

/** Until somebody or something knows. */
export function detectionTerm(world: World, failover: Failover): Term {
  const { node, detection } = failover;
  const name = t("detection");
  const around = { resource: world.plan.resource, node: detection?.node ?? node };
  const nothing = unknown(
    t("The failover does not say how the disruption is detected. State `detection` with its times."),
  );
  if (detection === undefined) return fieldTerm("detection", name, { state: "absent" }, around, nothing);
  if (detection.duration.state !== "absent")
    return fieldTerm("detection", name, detection.duration, around, nothing);
  if (known(detection.source) === "OutlierDetection")
    return sum("detection", name, [outlierTerm(world, failover)]);
  return isAlert(detection)
    ? sum("detection", name, alertParts(detection, around))
    : fieldTerm("detection", name, { state: "absent" }, around, nothing);
}

function isAlert({ source, scrapeInterval, for: pending, groupWait }: Detection): boolean {
  if (known(source) !== undefined) return known(source) === "Prometheus";
  return [scrapeInterval, pending, groupWait].some(({ state }) => state !== "absent");
}

/** Scrape, `for` and group_wait, one after the other; at best the next scrape comes at once. */
function alertParts({ scrapeInterval, for: pending, groupWait }: Detection, around: Around): readonly Term[] {
  return [
    fieldTerm(
      "detection",
      t("scrape"),
      scrapeInterval,
      around,
      {
        kind: "default",
        estimate: between(0, 60),
        reason: t("Prometheus scrapes every minute when nobody says otherwise (scrape_interval 1m)."),
      },
      (seconds) => between(0, seconds),
    ),
    fieldTerm("detection", t("alert `for`"), pending, around, {
      kind: "default",
      estimate: exactly(0),
      reason: t("An alert without `for` fires with the first evaluation."),
    }),
    fieldTerm("detection", named("group_wait"), groupWait, around, {
      kind: "default",
      estimate: exactly(30),
      reason: t(
        "Alertmanager waits 30 s for more alerts of the group when nobody says otherwise (group_wait).",
      ),
    }),
  ];
}

/** Until somebody has decided; at best at once. */
export function decisionTerm({ plan: { resource } }: World, { node, decision }: Failover): Term {
  const name = t("decision");
  const around = { resource, node: decision?.node ?? node };
  if (isAutomatic(decision) && decision?.budget.state === "absent")
    return leaf("decision", name, exactly(0), { kind: "declared", at: resource.locate(decision.node) });
  return fieldTerm(
    "decision",
    name,
    decision?.budget ?? { state: "absent" },
    around,
    unknown(
      t(
        "People decide, and the plan does not say how long they may take. State `decision.budget`, or decide automatically.",
      ),
    ),
    (seconds) => between(0, seconds),
  );
}

/** Whether nobody has to decide. */
export function isAutomatic(decision: Decision | undefined): boolean {
  return decision !== undefined && known(decision.mode) === "Automatic";
}
