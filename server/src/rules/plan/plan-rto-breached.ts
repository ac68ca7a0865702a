import type { DocumentEdit } from "../../fixes/edit.ts";
import { removeEntry } from "../../fixes/yaml-edit.ts";
import { type Message, t } from "../../model/message.ts";
import { formatDuration } from "../../recovery/durations.ts";
import type { Estimate } from "../../recovery/estimate.ts";
import { type ObjectiveRecovery, recoveryOf } from "../../recovery/evaluate.ts";
import { partTexts } from "../../recovery/figures.ts";
import type { Improvement } from "../../recovery/improvements.ts";
import type { Plan } from "../../recovery/plan.ts";
import { isCertain } from "./certainty.ts";
import { definePlanRule, placeOf } from "./plan-rule.ts";
import { assumedIn } from "./sentences.ts";

export default definePlanRule<readonly Improvement[]>({
  id: "plan-rto-breached",
  title: "Recovery takes longer than the plan promises",
  severity: "error",
  needsWholeWorkspace: true,
  docs: {
    why: "Until service is back, the failure must be noticed and decided upon, and the steps must be done: the worst case is detection, decision and the longest path through the steps. Where that is longer than the RTO, the promise is broken on the day it matters, and nobody has to wait for that day to know.",
    how: "Shorten what the message names, the cheapest first: a TTL, steps that need not wait for each other, a decision that no person has to make. Or promise what can be kept. Values that manifests decide (TTL of a DNSEndpoint, probes, tolerations) are read from them; what nobody states is listed as an assumption and never counted as nothing. When only assumptions break the promise, this is a warning.",
    sources: [
      "https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_planning_for_recovery_objective_defined_recovery.html",
      "https://sre.google/sre-book/managing-incidents/",
      "https://www.rfc-editor.org/rfc/rfc1035#section-3.2.1",
    ],
  },
  check(plan, context) {
    const recovery = recoveryOf(plan.resource, context.snapshot);
    for (const objective of recovery?.objectives ?? []) {
      const { time } = objective;
      const { promised, computed, verdict } = time;
      if (verdict !== "breached" || promised.state !== "known" || promised.value <= 0) continue;
      // What never ends has a finding of its own.
      if (computed === undefined || !Number.isFinite(computed.worst)) continue;
      const severity = isCertain(time, promised.value) ? "error" : "warning";
      context.report(
        placeOf(plan, promised.node),
        messageOf(objective, promised.value, computed),
        time.improvements,
        { severity },
      );
    }
  },
  fixes: [
    {
      id: "shorten-ttl",
      title: (improvements) => sufficing(improvements, "value")?.title ?? t("Shorten the TTL"),
      preferred: false,
      edits(improvements) {
        const change = sufficing(improvements, "value")?.change;
        if (change?.kind !== "value") return undefined;
        const { document, range } = change.at;
        return [{ document, range, newText: change.text }];
      },
    },
    {
      id: "start-at-once",
      title: (improvements) => sufficing(improvements, "parallel")?.title ?? t("Start the step at once"),
      // Somebody may have had a reason to wait.
      preferred: false,
      edits: (improvements, plan) => withoutAfter(sufficing(improvements, "parallel"), plan),
    },
  ],
});

/** The first change of its kind that keeps the promise by itself. */
function sufficing(
  improvements: readonly Improvement[],
  kind: Improvement["change"]["kind"],
): Improvement | undefined {
  return improvements.find(({ change, suffices }) => suffices && change.kind === kind);
}

function withoutAfter(improvement: Improvement | undefined, plan: Plan): DocumentEdit[] | undefined {
  const change = improvement?.change;
  if (change?.kind !== "parallel" || change.step.kind !== "map") return undefined;
  const edit = removeEntry(plan.resource.document, change.step, "after");
  return edit === undefined ? undefined : [edit];
}

function messageOf({ disruption, time }: ObjectiveRecovery, promised: number, computed: Estimate): Message {
  const values = {
    disruption,
    promised: formatDuration(promised),
    // What is not known comes on top.
    total: `${computed.open ? "≥ " : ""}${formatDuration(computed.worst)}`,
    parts: partTexts(time.recovery?.path ?? []),
  };
  const cheapest = time.improvements.slice(0, 3).map(({ title }) => title);
  const assumed = assumedIn(time.recovery?.path ?? [], time.recovery?.notes ?? []);
  if (cheapest.length === 0)
    return t(
      "{disruption} RTO promised {promised}; the configuration gives {total}: {parts}. Shorten one of them, or promise {total}.{assumed}",
      { ...values, assumed },
    );
  return t(
    "{disruption} RTO promised {promised}; the configuration gives {total}: {parts}. Cheapest: {cheapest}.{assumed}",
    { ...values, cheapest, assumed },
  );
}
