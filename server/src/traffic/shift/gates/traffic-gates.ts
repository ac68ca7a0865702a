import { t } from "../../../model/message.ts";
import { formatShare } from "../../shares.ts";
import { nameOfLeg } from "../leg.ts";
import { valueIfKnown } from "../reading/read.ts";
import { minimumSample, type Thresholds } from "../thresholds.ts";
import type { Check } from "./check.ts";
import type { Lane } from "./situation.ts";

/** Failures per second that never reached a Pod, before the shift: not the shift's doing. */
export type Baseline = number;

/**
 * Judges the requests to a lane within a window. A verdict rests on the minimum sample; it is failed before that
 * when the whole sample's budget is used up already. `isBlameless`: requests that reached nobody are another side's,
 * which is dead.
 */
export function trafficChecks(
  lane: Pick<Lane, "leg" | "traffic">,
  thresholds: Thresholds,
  window: number,
  baseline: Baseline,
  isBlameless = false,
): readonly Check[] {
  return [
    sampleCheck(lane, thresholds),
    ...labelChecks(lane),
    rateCheck(lane, thresholds),
    sourceCheck(lane, thresholds, window, baseline, isBlameless),
    ...p99Checks(lane, thresholds),
    ...scrapeChecks(lane),
  ];
}

function sampleCheck({ leg, traffic }: Pick<Lane, "leg" | "traffic">, thresholds: Thresholds): Check {
  const base = {
    id: "sample",
    effect: "evidence",
    query: traffic.queries.sample,
    evidence: [],
  } as const;
  if (!traffic.sample.known) return { ...base, level: "unknown", message: traffic.sample.why };
  const values = {
    leg: nameOfLeg(leg),
    seen: Math.floor(traffic.sample.value),
    needed: minimumSample(thresholds),
  };
  if (!Number.isFinite(values.needed))
    return {
      ...base,
      level: "unknown",
      message: t(
        "That every request to {leg} succeeds cannot be shown by any number of them. State how many are enough (minRequests), or a success rate below 100 %.",
        values,
      ),
    };
  return traffic.sample.value + 1e-6 >= values.needed
    ? {
        ...base,
        level: "pass",
        message: t("{seen} requests to {leg} were seen; {needed} are needed for a verdict.", values),
      }
    : {
        ...base,
        level: "unknown",
        message: t("Only {seen} requests to {leg} were seen of the {needed} that a verdict needs.", values),
      };
}

/** Istio calls the version of Pods without the label `unknown`. */
function labelChecks({ traffic }: Pick<Lane, "traffic">): readonly Check[] {
  if (traffic.label !== "destination_workload") return [];
  return [
    {
      id: "scrape",
      effect: "note",
      level: "warn",
      message: t(
        "The Pods have no version label, so their workloads tell the sides apart. Label them with `version`.",
      ),
      evidence: [],
      query: traffic.queries.rate,
    },
  ];
}

function rateCheck({ leg, traffic }: Pick<Lane, "leg" | "traffic">, thresholds: Thresholds): Check {
  const base = { id: "success-rate", effect: "fail", query: traffic.queries.failures } as const;
  if (!traffic.failures.known)
    return { ...base, effect: "evidence", level: "unknown", message: traffic.failures.why, evidence: [] };
  if (!traffic.sample.known)
    return { ...base, effect: "note", level: "unknown", message: traffic.sample.why, evidence: [] };
  const failed = traffic.failures.value;
  return judge(base, nameOfLeg(leg), failed, traffic.sample.value, thresholds, estimateNote([failed]));
}

function sourceCheck(
  { leg, traffic }: Pick<Lane, "leg" | "traffic">,
  thresholds: Thresholds,
  window: number,
  baseline: Baseline,
  isBlameless: boolean,
): Check {
  const base = { id: "source-failures", effect: "fail", query: traffic.queries.sourceFailures } as const;
  if (!traffic.sourceFailures.known)
    return {
      ...base,
      effect: "evidence",
      level: "unknown",
      message: traffic.sourceFailures.why,
      evidence: [],
    };
  if (traffic.isReportedAtSource.known && !traffic.isReportedAtSource.value)
    return {
      ...base,
      effect: "note",
      level: "unknown",
      message: t(
        "No client's proxy reports the requests that it sends to {leg}, so those that fail on their way are not seen. Look at the clients, or let their proxies report (reporter=source).",
        { leg: nameOfLeg(leg) },
      ),
      evidence: [],
    };
  // Those of nobody are this side's, unless another that gets traffic has no endpoint to answer.
  const strays = isBlameless || !traffic.strayFailures.known ? [] : [...traffic.strayFailures.value];
  const flags = [...traffic.sourceFailures.value, ...strays];
  const all = flags.reduce((sum, [, count]) => sum + count, 0);
  // Those without a flag reached somebody who answered; what the destination counted itself is judged there.
  const answered = Math.min(traffic.sourceFailures.value.get("-") ?? 0, valueIfKnown(traffic.failures) ?? 0);
  const failed = Math.max(0, all - answered - baseline * window);
  const reached = traffic.sample.known ? traffic.sample.value : 0;
  const evidence = flags.map(([flag, count]) =>
    t("{count} with the response flag {flag}", { flag, count: countText(count) }),
  );
  // What never arrived is missing from the sample.
  return judge(base, nameOfLeg(leg), failed, Math.max(reached, failed), thresholds, [
    ...evidence,
    ...estimateNote(flags.map(([, count]) => count)),
  ]);
}

function judge(
  base: Pick<Check, "effect" | "query"> & { readonly id: "success-rate" | "source-failures" },
  leg: string,
  failed: number,
  seen: number,
  thresholds: Thresholds,
  evidence: Check["evidence"],
): Check {
  const budget = 1 - thresholds.successRate;
  const sample = minimumSample(thresholds);
  const part = seen <= 0 ? 0 : failed / seen;
  const values = { leg, failed: countText(failed), seen: countText(seen), ...rateTexts(part, budget) };
  // Either enough was seen, or so much failed that even a faultless rest of the sample could not make up for it.
  const allowed = budget <= 0 ? 0 : budget * sample;
  const isConclusive = seen + 1e-6 >= sample || failed > allowed + 1e-6;
  if (part > budget + 1e-9 && isConclusive)
    return {
      ...base,
      evidence,
      level: "block",
      message:
        base.id === "success-rate"
          ? t(
              "{failed} of {seen} requests to {leg} failed ({part}); {allowed} may. Traffic goes back.",
              values,
            )
          : t(
              "{failed} requests to {leg} failed on their way, before they reached it ({part} of {seen}); {allowed} may. Traffic goes back.",
              values,
            ),
    };
  if (part > budget + 1e-9)
    return {
      ...base,
      evidence,
      level: "warn",
      message: t("{failed} of only {seen} requests to {leg} failed; too few for a verdict.", values),
    };
  return {
    ...base,
    evidence,
    level: "pass",
    message:
      base.id === "success-rate"
        ? t("{failed} of {seen} requests to {leg} failed ({part}); {allowed} may.", values)
        : t("{failed} requests to {leg} failed on their way ({part}); {allowed} may.", values),
  };
}

/** A few requests are shown with the fraction that Prometheus works out: 0.3 of them is neither none nor one. */
function countText(count: number): string {
  const isWhole = Math.abs(count - Math.round(count)) < 0.01;
  if (isWhole || count >= 10) return String(Math.round(count));
  return count < 0.05 ? "< 0.1" : String(Math.round(count * 10) / 10);
}

/** Why counts are not whole. */
function estimateNote(counts: readonly number[]): Check["evidence"] {
  return counts.every((count) => /^\d+$/.test(countText(count)))
    ? []
    : [
        t(
          "Prometheus extrapolates what it scraped to the whole time range, so its numbers of requests need not be whole.",
        ),
      ];
}

/** Both as exact as it takes to tell them apart. */
function rateTexts(part: number, allowed: number): { readonly part: string; readonly allowed: string } {
  const texts = { part: rateText(part), allowed: rateText(allowed) };
  if (texts.part !== texts.allowed || Math.abs(part - allowed) < 1e-9) return texts;
  return { ...texts, part: `${part > allowed ? ">" : "<"} ${texts.allowed}` };
}

/** With three significant digits: error budgets are often below 0.1 %. */
function rateText(part: number): string {
  const percent = Number((part * 100).toPrecision(3));
  if (percent > 0 && percent < 0.001) return "< 0.001 %";
  return percent === 100 && part < 1 ? formatShare(part) : `${percent} %`;
}

/** Of a few requests a single slow one is the hundredth. */
function p99Checks(
  { leg, traffic }: Pick<Lane, "leg" | "traffic">,
  thresholds: Thresholds,
): readonly Check[] {
  const { p99 } = thresholds;
  const needed = minimumSample(thresholds);
  const base = { id: "p99", effect: "fail", query: traffic.queries.p99, evidence: [] } as const;
  if (p99 === undefined) return [];
  if (!traffic.p99.known)
    return [{ ...base, effect: "evidence", level: "unknown", message: traffic.p99.why }];
  if (traffic.p99.value === undefined)
    return [
      {
        ...base,
        effect: "evidence",
        level: "unknown",
        message: t("No answer of {leg} was measured.", { leg: nameOfLeg(leg) }),
      },
    ];
  const values = {
    leg: nameOfLeg(leg),
    took: Math.round(traffic.p99.value),
    limit: p99,
    seen: traffic.sample.known ? Math.floor(traffic.sample.value) : 0,
    needed: Number.isFinite(needed) ? needed : 100,
  };
  if (traffic.p99.value > p99 && values.seen + 1e-6 < values.needed)
    return [
      {
        ...base,
        level: "warn",
        message: t(
          "One request in a hundred to {leg} takes longer than {took} ms; {limit} ms is the limit. {seen} requests are too few for a verdict, which needs {needed}.",
          values,
        ),
      },
    ];
  return [
    traffic.p99.value > p99
      ? {
          ...base,
          level: "block",
          message: t(
            "One request in a hundred to {leg} takes longer than {took} ms; {limit} ms is the limit. Traffic goes back.",
            values,
          ),
        }
      : {
          ...base,
          level: "pass",
          message: t("99 of 100 requests to {leg} take at most {took} ms; {limit} ms is the limit.", values),
        },
  ];
}

/** Health of the scrape. It is no health of the traffic, so it gates nothing. */
function scrapeChecks({ leg, traffic }: Pick<Lane, "leg" | "traffic">): readonly Check[] {
  if (!traffic.up.known) return [];
  const { up, targets } = traffic.up.value;
  const values = { leg: nameOfLeg(leg), up, targets };
  return [
    {
      id: "scrape",
      effect: "note",
      level: up === targets ? "pass" : "warn",
      message: t(
        "{up} of {targets} scrape targets of {leg} are up (that they are scraped says nothing about their answers).",
        values,
      ),
      evidence: [],
      query: traffic.queries.up,
    },
  ];
}
