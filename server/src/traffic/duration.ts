import { type Node, stringOf } from "../model/node.ts";

const UNITS: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
};

/**
 * Seconds of a duration as Go and protobuf write it: `5s`, `1m30s`, `250ms`, `0.5s` (go time.ParseDuration).
 * Undefined when it is none; a number without a unit is refused by the API server.
 */
export function secondsOf(node: Node | undefined): number | undefined {
  const text = stringOf(node);
  return text === undefined ? undefined : secondsOfText(text);
}

/** The same of a plain text. */
export function secondsOfText(text: string): number | undefined {
  if (text.length > 30) return undefined;
  if (!/^(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|ns))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)];
  return parts.reduce((sum, [, number = "0", unit = "s"]) => sum + Number(number) * (UNITS[unit] ?? 0), 0);
}

/** The longest time to live of a record (external-dns source/annotations/annotations.go, RFC 2181 section 8). */
const LONGEST_TTL = 2 ** 31 - 1;

/**
 * Seconds of a record's time to live: whole seconds, or a duration such as `5m`, of which fractions of a second are
 * left out. Undefined for what external-dns does not take (source/annotations/processors.go, TTLFromAnnotations).
 */
export function recordTtlOf(node: Node | undefined): number | undefined {
  const text = stringOf(node) ?? "";
  const seconds = Math.floor(/^\d{1,10}$/.test(text) ? Number(text) : (secondsOfText(text) ?? 0));
  return seconds >= 1 && seconds <= LONGEST_TTL ? seconds : undefined;
}

/** Seconds for people: `2.5 s`. */
export function formatSeconds(seconds: number): string {
  return `${Math.round(seconds * 1000) / 1000} s`;
}
