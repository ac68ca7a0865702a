import { valueOr } from "../model/node.ts";
import type { LocalitySplit, SplitRoute } from "./weighted-route.ts";

/** What part of the traffic each destination of a split gets in the end. */
export type Shares =
  /** `parts` in the order of the destinations, each from 0 to 1; all 0 where nothing gets any traffic. */
  | { readonly state: "shared"; readonly total: number; readonly parts: readonly number[] }
  /** The platform refuses the resource. */
  | { readonly state: "rejected"; readonly reason: "negative" | "nothing" }
  /** A template or a wrong type decides some weight. */
  | { readonly state: "unknown" };

/**
 * The effective shares of a split.
 *
 * Istio: a single destination gets everything whatever its weight, even 0; among several the share is
 * weight / sum and an absent weight counts as 0; a negative weight or a sum of 0 is refused (istio.io/api
 * virtual_service.proto; istio pkg/config/validation/validation.go, pilot/pkg/networking/core/route/route.go).
 * Gateway API: weight / sum, absent = 1, and a single backend of weight 0 gets nothing (sigs.k8s.io/gateway-api
 * apis/v1/shared_types.go, BackendRef.weight).
 */
export function sharesOf(route: SplitRoute | LocalitySplit): Shares {
  const weights = weightsOf(route);
  if (weights === undefined) return { state: "unknown" };
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (route.platform === "istio") {
    if (weights.some((weight) => weight < 0)) return { state: "rejected", reason: "negative" };
    if (route.kind === "split" && weights.length === 1) return { state: "shared", total, parts: [1] };
    if (weights.length > 0 && total === 0) return { state: "rejected", reason: "nothing" };
  }
  return { state: "shared", total, parts: weights.map((weight) => (total === 0 ? 0 : weight / total)) };
}

/** The weights that count, defaults filled in; undefined when one of them is unknown. */
export function weightsOf(route: SplitRoute | LocalitySplit): readonly number[] | undefined {
  const fallback = route.platform === "gateway-api" ? 1 : 0;
  const weights = route.destinations.flatMap(({ weight }) => valueOr(weight, fallback) ?? []);
  return weights.length === route.destinations.length ? weights : undefined;
}

/** Whole numbers in the proportions of `weights` that add up to `total`: largest remainders get the rest. */
export function scaleTo(weights: readonly number[], total: number): readonly number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (weight * total) / sum);
  const scaled = exact.map(Math.floor);
  const rest = total - scaled.reduce((a, b) => a + b, 0);
  const byRemainder = exact.map((value, i) => ({ i, remainder: value - Math.floor(value) }));
  byRemainder.sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  for (const { i } of byRemainder.slice(0, rest)) scaled[i] = (scaled[i] ?? 0) + 1;
  return scaled;
}

/** A share for people, rounded to 0.1 %: `94.1 %`, `100 %`; never 0 or 100 where it is not quite. */
export function formatShare(part: number): string {
  const rounded = Math.round(part * 1000) / 10;
  if (rounded === 0 && part > 0) return "< 0.1 %";
  if (rounded === 100 && part < 1) return "> 99.9 %";
  return `${rounded} %`;
}

/**
 * What to call each destination of a split: as short as keeps them apart. The subset, else the host, else both;
 * of a locality split the locality.
 */
export function labelsOf(route: SplitRoute | LocalitySplit): readonly string[] {
  if (route.kind === "locality") return route.destinations.map(({ locality }) => locality);
  const parts = route.destinations.map(({ host, subset, port }, i) => {
    const name = host.state === "known" ? host.value : `#${i + 1}`;
    const where = port.state === "known" ? `${name}:${port.value}` : name;
    return { name, where, subset: subset.state === "known" ? subset.value : undefined };
  });
  const ways = [
    parts.map(({ subset }) => subset),
    parts.map(({ name }) => name),
    parts.map(({ name, subset }) => (subset === undefined ? name : `${name}/${subset}`)),
    parts.map(({ where }) => where),
  ];
  const apart = ways.find((names) => new Set(names).size === names.length && !names.includes(undefined));
  return (apart ?? parts.map(({ where }, i) => `${where} #${i + 1}`)).map(String);
}

/** More than anybody reads in one message. */
const SHOWN = 8;

/** A list for people: the first few, and how many more. */
export function shorten(items: Iterable<string | number>, separator = ", "): string {
  const shown: (string | number)[] = [];
  let more = 0;
  for (const item of items) {
    if (shown.length < SHOWN) shown.push(item);
    else more++;
  }
  return more === 0 ? shown.join(separator) : `${shown.join(separator)}${separator}… (+${more})`;
}
