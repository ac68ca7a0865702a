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
  /** A surviving copy that may be newer: nobody knows how old it may be. */
  readonly maybeNewer: Copy | undefined;
  /** What the survival of its copies rests on, where the plan leaves it open. */
  readonly notes: readonly Message[];
}

/** What a disruption costs. */
export interface DataLoss {
  readonly total: Estimate;
  /** The same if the copies of unknown age are as new as they may be: it is no less than this. */
  readonly least: Estimate;
  /** The item that is worst off; undefined when the plan names no data at all. */
  readonly worst: ItemLoss | undefined;
  readonly items: readonly ItemLoss[];
}

/** The data that a disruption costs: the worst over the data items of the best surviving copy of each. */
export function dataLossOf(items: readonly DataItem[], disruption: Disruption): DataLoss {
  const losses = items.map((item) => lossOf(item, disruption));
  const [first] = losses;
  if (first === undefined) return { total: UNKNOWN, least: UNKNOWN, worst: undefined, items: losses };
  const worst = losses.reduce((most, each) => (isWorse(each.estimate, most.estimate) ? each : most), first);
  return {
    total: sideBySide(losses.map(({ estimate }) => estimate)),
    least: sideBySide(losses.map(({ estimate, maybeNewer }) => maybeNewer?.term.estimate ?? estimate)),
    worst,
    items: losses,
  };
}

function lossOf(item: DataItem, disruption: Disruption): ItemLoss {
  const fates = item.copies.map((copy) => ({ copy, fate: copy.survives(disruption) }));
  const notes = fates.flatMap(({ fate }) => fate.note ?? []);
  const surviving = fates.filter(({ fate }) => fate.survival === "yes").map(({ copy }) => copy);
  const best = (copies: readonly Copy[]) =>
    copies.reduce<Copy | undefined>(
      (least, each) =>
        least === undefined || isWorse(least.term.estimate, each.term.estimate) ? each : least,
      undefined,
    );
  const known = best(surviving.filter(({ term }) => !term.estimate.open));
  const open = best(surviving.filter(({ term }) => term.estimate.open));
  const copy = known ?? open;
  if (copy === undefined) {
    const isOpen = fates.some(({ fate }) => fate.survival === "unknown");
    return { item, estimate: isOpen ? UNKNOWN : NEVER, copy, maybeNewer: undefined, notes };
  }
  const { estimate } = copy.term;
  const isNewer = known !== undefined && open !== undefined && open.term.estimate.worst < estimate.worst;
  return { item, estimate, copy, maybeNewer: isNewer ? open : undefined, notes };
}
