import { secondsOfText } from "../duration.ts";
import type { Thresholds } from "./thresholds.ts";

/** Gates as a plan writes them (`release.gates`): `successRate: ">=99%"`, `p99: "<=500ms"`, `minRequests: 300`, `soak: 5m`. */
export interface WrittenGates {
  readonly successRate?: unknown;
  readonly p99?: unknown;
  readonly minRequests?: unknown;
  readonly soak?: unknown;
}

/** Reads them. `problems` names the keys whose values are not understood; those have no effect, so a caller must refuse to go on. */
export function readGates(gates: WrittenGates): {
  readonly thresholds: Partial<Thresholds>;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const read = <T>(key: keyof WrittenGates, parse: (value: unknown) => T | undefined): T | undefined => {
    const value = gates[key];
    if (value === undefined || value === null) return undefined;
    const parsed = parse(value);
    if (parsed === undefined) problems.push(key);
    return parsed;
  };
  const successRate = read("successRate", ratioOf);
  const p99 = read("p99", (value) => milliseconds(value));
  const minRequests = read("minRequests", countOf);
  const soak = read("soak", (value) => (typeof value === "string" ? secondsOfText(value) : undefined));
  return {
    thresholds: {
      ...(successRate !== undefined && { successRate }),
      ...(p99 !== undefined && { p99 }),
      ...(minRequests !== undefined && { minRequests }),
      ...(soak !== undefined && { soak }),
    },
    problems,
  };
}

/** `>=99%`, `99.9 %`, `0.99`. */
function ratioOf(value: unknown): number | undefined {
  const [, number, percent] = /^\s*(?:>=?)?\s*(\d+(?:\.\d+)?)\s*(%?)\s*$/.exec(String(value)) ?? [];
  if (number === undefined) return undefined;
  const ratio = percent === "%" ? Number(number) / 100 : Number(number);
  return ratio > 0 && ratio <= 1 ? ratio : undefined;
}

/** `<=500ms`, `1.5s`. */
function milliseconds(value: unknown): number | undefined {
  const [, text] = /^\s*(?:<=?)?\s*(.+?)\s*$/.exec(String(value)) ?? [];
  const seconds = text === undefined ? undefined : secondsOfText(text);
  return seconds === undefined || seconds <= 0 ? undefined : seconds * 1000;
}

function countOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}
