import { entriesOf, itemsOf, type Node, nodeAt, stringOf } from "../../model/node.ts";

/** Restart priorities, the last ones to start first (vim.cluster.DasVmSettings.RestartPriority). */
const PRIORITIES = ["disabled", "lowest", "low", "medium", "high", "highest"] as const;

/** One of the restart priorities. */
type Priority = (typeof PRIORITIES)[number];

/** What a `restartPriority` block says; undefined when something in it cannot be read. */
interface RestartOrder {
  /** Of machines that no list names. */
  readonly default: Priority;
  /** The patterns of machine names by priority: `*` stands for anything. */
  readonly named: ReadonlyMap<Priority, readonly string[]>;
}

/** Reads the block; the default is `medium`, as vCenter has it. */
export function restartOrderOf(node: Node | undefined): RestartOrder | undefined {
  if (node?.kind !== "map") return undefined;
  const written = nodeAt(node, "default");
  const base = written === undefined ? "medium" : priorityOf(stringOf(written));
  if (base === undefined) return undefined;
  const named = new Map<Priority, readonly string[]>();
  for (const { key, value } of entriesOf(node)) {
    const priority = priorityOf(key.source);
    if (priority === undefined) continue;
    const patterns = itemsOf(value).flatMap((item) => stringOf(item) ?? []);
    if (value.kind !== "seq" || patterns.length !== value.items.length) return undefined;
    named.set(priority, patterns);
  }
  return { default: base, named };
}

/** The priority of a machine: that of the list with its own name, else of the first pattern that fits. */
export function priorityIn(order: RestartOrder, machine: string): Priority {
  for (const exact of [true, false]) {
    for (const [priority, patterns] of order.named)
      if (patterns.some((pattern) => (exact ? pattern === machine : fits(pattern, machine)))) return priority;
  }
  return order.default;
}

/** Whether the first machine is started before the second one. */
export function isHigher(a: Priority, b: Priority): boolean {
  return PRIORITIES.indexOf(a) > PRIORITIES.indexOf(b);
}

function priorityOf(text: string | undefined): Priority | undefined {
  return PRIORITIES.find((priority) => priority === text);
}

/** A glob with `*`, matched piece by piece: patterns come from files, so no regular expression is made of them. */
function fits(pattern: string, text: string): boolean {
  const pieces = pattern.split("*");
  const [first = "", ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
