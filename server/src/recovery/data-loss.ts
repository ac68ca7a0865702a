import type { Message } from "../model/message.ts";
import type { Copy, CopyList, DataItem } from "./data-items.ts";
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
  const summaries = new Map<CopyList, Summary>();
  const summaryOf = (copies: CopyList) => {
    const found = summaries.get(copies) ?? summarize(copies, disruption);
    summaries.set(copies, found);
    return found;
  };
  const losses = items.map((item) => lossOf(item, item.copies.map(summaryOf)));
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

/** What is left of a list of copies. */
interface Summary {
  /** The newest copy whose age is known, and the newest by what is known of the others. */
  readonly known: Copy | undefined;
  readonly open: Copy | undefined;
  /** Whether nobody can tell of some copy whether it survives. */
  readonly unsure: boolean;
  readonly notes: readonly Message[];
}

function summarize(copies: CopyList, disruption: Disruption): Summary {
  const fates = copies.map((copy) => ({ copy, fate: copy.survives(disruption) }));
  const surviving = fates.filter(({ fate }) => fate.survival === "yes").map(({ copy }) => copy);
  return {
    known: newest(surviving.filter(({ term }) => !term.estimate.open)),
    open: newest(surviving.filter(({ term }) => term.estimate.open)),
    unsure: fates.some(({ fate }) => fate.survival === "unknown"),
    notes: fates.flatMap(({ fate }) => fate.note ?? []),
  };
}

function newest(copies: readonly Copy[]): Copy | undefined {
  return copies.reduce<Copy | undefined>(
    (least, each) => (least === undefined || isWorse(least.term.estimate, each.term.estimate) ? each : least),
    undefined,
  );
}

function lossOf(item: DataItem, summaries: readonly Summary[]): ItemLoss {
  const known = newest(summaries.flatMap((each) => each.known ?? []));
  const open = newest(summaries.flatMap((each) => each.open ?? []));
  const notes = summaries.flatMap((each) => each.notes);
  const copy = known ?? open;
  if (copy === undefined) {
    const isOpen = summaries.some(({ unsure }) => unsure);
    return { item, estimate: isOpen ? UNKNOWN : NEVER, copy, maybeNewer: undefined, notes };
  }
  const { estimate } = copy.term;
  const isNewer = known !== undefined && open !== undefined && open.term.estimate.worst < estimate.worst;
  return { item, estimate, copy, maybeNewer: isNewer ? open : undefined, notes };
}
