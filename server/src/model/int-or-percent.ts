import type { Node } from "./node.ts";

/** A count, or a percentage of one, as `intstr.IntOrString` holds it (k8s.io/apimachinery/pkg/util/intstr). */
export type IntOrPercent =
  | { readonly unit: "count"; readonly value: number }
  | { readonly unit: "percent"; readonly value: number };

/** Reads an IntOrString; undefined when it is neither or a template decides it. A quoted "1" is no valid value. */
export function intOrPercentOf(node: Node | undefined): IntOrPercent | undefined {
  if (node?.kind !== "scalar" || node.unknown) return undefined;
  if (typeof node.value === "number") {
    return Number.isSafeInteger(node.value) ? { unit: "count", value: node.value } : undefined;
  }
  const percent = typeof node.value === "string" ? /^(\d{1,9})%$/.exec(node.value) : null;
  return percent === null ? undefined : { unit: "percent", value: Number(percent[1]) };
}

/** The count it stands for out of `total`, rounded as the field's own rule says. */
export function resolveCount(amount: IntOrPercent, total: number, round: "up" | "down"): number {
  if (amount.unit === "count") return amount.value;
  const exact = (amount.value * total) / 100;
  return round === "up" ? Math.ceil(exact) : Math.floor(exact);
}

/** As it is written in a manifest: `1` or `25%`. */
export function formatAmount(amount: IntOrPercent): string {
  return amount.unit === "count" ? String(amount.value) : `${amount.value}%`;
}
