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

/** Seconds for people: `2.5 s`. */
export function formatSeconds(seconds: number): string {
  return `${Math.round(seconds * 1000) / 1000} s`;
}
