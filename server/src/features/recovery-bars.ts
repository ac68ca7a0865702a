import { type Message, t } from "../model/message.ts";
import { type Location, titleOf } from "../model/resource.ts";
import { itemName } from "../recovery/data-items.ts";
import type { DataLoss } from "../recovery/data-loss.ts";
import { between, type Estimate, inSequence } from "../recovery/estimate.ts";
import type { Recovery } from "../recovery/evaluate.ts";
import { type FailoverTime, startOf } from "../recovery/failover-time.ts";
import type { RecoveryTime } from "../recovery/recovery-time.ts";
import type { Term } from "../recovery/term.ts";

/** A row of a picture, before it is put into words. Seconds count from the disruption. */
export interface ViewBar {
  readonly kind: "detection" | "decision" | "step" | "copy" | "total";
  readonly label: Message;
  readonly estimate: Estimate;
  readonly start: Estimate;
  readonly end: Estimate;
  readonly critical: boolean;
  readonly at: Location | undefined;
  /** The copy that counts, of a row about data. */
  readonly copy?: string | undefined;
}

const ZERO = between(0, 0);

/** Detection, decision and the steps of a failover. */
export function barsOfFailover({ plan }: Recovery, { model, graph }: FailoverTime): readonly ViewBar[] {
  const { failover, detection, decision, steps } = model;
  const locate = (node: Parameters<typeof titleOf>[0]) => plan.resource.locate(titleOf(node));
  const offset = startOf(model);
  return [
    {
      kind: "detection",
      label: detection.name,
      estimate: detection.estimate,
      start: ZERO,
      end: detection.estimate,
      critical: true,
      at: locate(failover.detection?.node ?? failover.node),
    },
    {
      kind: "decision",
      label: decision.name,
      estimate: decision.estimate,
      start: detection.estimate,
      end: offset,
      critical: true,
      at: locate(failover.decision?.node ?? failover.node),
    },
    ...graph.steps.flatMap(({ index, start, end, critical }): ViewBar[] => {
      const step = steps[index];
      if (step === undefined) return [];
      const { name, estimate } = step.term;
      const times = { start: inSequence([offset, start]), end: inSequence([offset, end]) };
      return [{ kind: "step", label: name, estimate, ...times, critical, at: locate(step.step.node) }];
    }),
  ];
}

/** What recovers by itself: each workload, platform and database from the start, its parts one after the other. */
export function barsOfRecovery({ parts, path }: RecoveryTime): readonly ViewBar[] {
  return parts.flatMap((part) => {
    let start: Estimate = ZERO;
    return part.path.map((term): ViewBar => {
      const begin = start;
      start = inSequence([begin, term.estimate]);
      const label: Message =
        parts.length > 1
          ? { text: "{part}: {name}", values: { part: shortName(part.name), name: [term.name] } }
          : term.name;
      const times = { start: begin, end: start };
      return {
        kind: "step",
        label,
        estimate: term.estimate,
        ...times,
        critical: part.path === path,
        at: placeOf(term),
      };
    });
  });
}

/** A reference such as `apps/Deployment/prod/app` by its last word: labels are short. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** What is lost of each kind of data. */
export function barsOfLoss({ plan }: Recovery, { items, worst }: DataLoss): readonly ViewBar[] {
  return items.map((loss) => {
    const { item, estimate, copy } = loss;
    const values = { item: [itemName(item)], copy: copy?.name ?? "" };
    return {
      kind: "copy",
      label: { text: copy === undefined ? "{item}" : "{item} ({copy})", values },
      estimate,
      start: ZERO,
      end: estimate,
      critical: loss === worst,
      at: copy === undefined ? undefined : plan.resource.locate(titleOf(copy.node)),
      copy: copy?.name,
    };
  });
}

/** The whole of it. */
export function totalBar(estimate: Estimate): ViewBar {
  const times = { start: ZERO, end: estimate };
  return { kind: "total", label: t("all in all"), estimate, ...times, critical: true, at: undefined };
}

/** Where a term is written, or the first of its parts that is. */
function placeOf({ origin, parts }: Term): Location | undefined {
  if ("at" in origin && origin.at !== undefined) return origin.at;
  return parts.map(placeOf).find((at) => at !== undefined);
}
