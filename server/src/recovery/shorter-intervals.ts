import type { Message } from "../model/message.ts";
import { t } from "../model/message.ts";
import type { Node } from "../model/node.ts";
import type { DataLoss } from "./data-loss.ts";
import { formatDuration } from "./durations.ts";
import { between, type Estimate } from "./estimate.ts";
import { effectiveInterval } from "./intervals.ts";
import { leaf, leavesOf, replaceLeaves, type Term } from "./term.ts";

/** A backup or replication that would have to run more often. */
export interface ShorterInterval {
  readonly title: Message;
  /** The backup or the replication. */
  readonly copy: Node;
  /** Seconds between two runs. */
  readonly interval: number;
  /** What is lost of the item then. */
  readonly estimate: Estimate;
}

/** Intervals that people choose, the longest first. */
const USUAL = [86_400, 43_200, 21_600, 14_400, 7200, 3600, 1800, 900, 300];

/** For each item that loses more than is promised, the longest usual interval of its best copy that would do. */
export function shorterIntervals(loss: DataLoss, promised: number): readonly ShorterInterval[] {
  return loss.items.flatMap(({ copy, estimate }) => {
    if (copy === undefined || estimate.open || estimate.worst <= promised) return [];
    const current = leavesOf([copy.term]).find(({ id }) => id === "interval");
    if (current === undefined) return [];
    const found = USUAL.filter((interval) => interval < current.estimate.worst)
      .map((interval) => ({ interval, estimate: withInterval(copy.term, interval).estimate }))
      .find((candidate) => candidate.estimate.worst <= promised);
    if (found === undefined) return [];
    const values = {
      name: copy.name,
      interval: formatDuration(found.interval),
      loss: formatDuration(found.estimate.worst),
      saved: formatDuration(estimate.worst - found.estimate.worst),
    };
    const title =
      estimate.worst === Number.POSITIVE_INFINITY
        ? t("“{name}” every {interval} loses {loss}", values)
        : t("“{name}” every {interval} loses {loss}, {saved} less", values);
    return [{ ...found, copy: copy.node, title }];
  });
}

function withInterval(term: Term, interval: number): Term {
  const run = leavesOf([term]).find(({ id }) => id === "run")?.estimate.worst ?? 0;
  return replaceLeaves(term, (each) =>
    each.id === "interval"
      ? leaf(each.id, each.name, between(0, effectiveInterval(interval, run)), each.origin)
      : each,
  );
}
