import type { Node } from "../model/node.ts";
import type { Value } from "./style.ts";

/** A node as plain data, to be written again somewhere else. What a template fills in stays as it is written. */
export function toValue(node: Node): Value {
  if (node.kind === "scalar") return node.unknown ? node.source : node.value;
  if (node.kind === "seq") return node.items.map(toValue);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key.source, toValue(value)]));
}
