import { type Message, t } from "../model/message.ts";
import { mergeThresholds, minimumSample, type Thresholds } from "../traffic/shift/thresholds.ts";

/** Thresholds that one place states. */
export interface ThresholdLayer {
  readonly thresholds: Partial<Thresholds>;
  /** The place, for people. */
  readonly source: (key: keyof Thresholds) => Message;
}

/** The gates of the nearest `.nines.yaml`. */
export function writtenLayer(thresholds: Partial<Thresholds>): ThresholdLayer {
  return {
    thresholds,
    source: (key) => t("{file}, {key}", { file: ".nines.yaml", key: `shift.gates.${key}` }),
  };
}

/** Those of a recovery plan, by the name that people know it by. */
export function planLayer(plan: string, thresholds: Partial<Thresholds>): ThresholdLayer {
  return { thresholds, source: () => t("recovery plan {plan}", { plan }) };
}

/** Something that a shift is held to, and who says so. */
export interface BasisLine {
  readonly what: Message;
  readonly from: Message;
}

/** What a shift is held to: later layers come before earlier ones, and what nobody states is the default. */
export function heldTo(layers: readonly ThresholdLayer[]): {
  readonly thresholds: Thresholds;
  readonly basis: readonly BasisLine[];
} {
  const thresholds = mergeThresholds(...layers.map((layer) => layer.thresholds));
  const from = (key: keyof Thresholds): Message =>
    layers.findLast((layer) => layer.thresholds[key] !== undefined)?.source(key) ?? t("the default");
  return { thresholds, basis: basisOf(thresholds, from) };
}

/** The same of a shift that was begun before. */
export function heldToAsBefore(thresholds: Thresholds): readonly BasisLine[] {
  return basisOf(thresholds, () => t("as it was when the shift began"));
}

function basisOf(thresholds: Thresholds, from: (key: keyof Thresholds) => Message): readonly BasisLine[] {
  const { successRate, p99, minRequests, soak, podCapacity } = thresholds;
  const count = minimumSample(thresholds);
  return [
    {
      what: t("At least {share} of the requests succeed.", { share: percent(successRate) }),
      from: from("successRate"),
    },
    {
      what:
        p99 === undefined
          ? t("How long requests take is not judged.")
          : t("99 of 100 requests take at most {limit} ms.", { limit: p99 }),
      from: p99 === undefined ? t("nobody states a limit") : from("p99"),
    },
    {
      what: Number.isFinite(count)
        ? t("A verdict rests on at least {count} requests.", { count })
        : t("No number of requests is enough for a verdict: every one of them has to succeed."),
      from: minRequests === undefined ? t("3 ÷ the part that may fail") : from("minRequests"),
    },
    { what: t("Each step is watched for at least {seconds} s.", { seconds: soak }), from: from("soak") },
    ...(podCapacity === undefined
      ? []
      : [
          {
            what: t("One ready Pod carries {rate} requests/s.", { rate: podCapacity }),
            from: from("podCapacity"),
          },
        ]),
  ];
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(6))} %`;
}
