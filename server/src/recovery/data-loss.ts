import type { Message } from "../model/message.ts";
import type { Copy, DataItem } from "./data-items.ts";
import { type Estimate, isWorse, NEVER, sideBySide, UNKNOWN } from "./estimate.ts";
import type { Disruption } from "./plan.ts";

/** What a disruption costs of one data item. */
export interface ItemLoss {
  readonly item: DataItem;
  readonly estimate: Estimate;
  /** The copy that counts: the newest one that survives; undefined when none is known to. */
  readonly copy: Copy | undefined;
  /** What the survival of its copies rests on, where the plan leaves it open. */
  readonly notes: readonly Message[];
}

/** What a disruption costs. */
export interface DataLoss {
  readonly total: Estimate;
  /** The item that is worst off; undefined when the plan names no data at all. */
  readonly worst: ItemLoss | undefined;
  readonly items: readonly ItemLoss[];
}

/** The data that a disruption costs: the worst over the data items of the best surviving copy of each. */
export function dataLossOf(items: readonly DataItem[], disruption: Disruption): DataLoss {
  const losses = items.map((item) => lossOf(item, disruption));
  const [first] = losses;
  if (first === undefined) return { total: UNKNOWN, worst: undefined, items: losses };
  const worst = losses.reduce((most, each) => (isWorse(each.estimate, most.estimate) ? each : most), first);
  return { total: sideBySide(losses.map(({ estimate }) => estimate)), worst, items: losses };
}

function lossOf(item: DataItem, disruption: Disruption): ItemLoss {
  const fates = item.copies.map((copy) => ({ copy, fate: copy.survives(disruption) }));
  const notes = fates.flatMap(({ fate }) => fate.note ?? []);
  const surviving = fates.filter(({ fate }) => fate.survival === "yes").map(({ copy }) => copy);
  const [first] = surviving;
  if (first === undefined) {
    const isOpen = fates.some(({ fate }) => fate.survival === "unknown");
    return { item, estimate: isOpen ? UNKNOWN : NEVER, copy: undefined, notes };
  }
  const copy = surviving.reduce(
    (best, each) => (isWorse(best.term.estimate, each.term.estimate) ? each : best),
    first,
  );
  return { item, estimate: copy.term.estimate, copy, notes };
}
