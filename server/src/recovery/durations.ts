import { type Node, stringOf } from "../model/node.ts";

/** Seconds of each unit. `d` and `w` are not Go's: retentions are written in them (Prometheus, CloudNativePG). */
const UNITS: Readonly<Record<string, number>> = { ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

const DURATION = /^(-?)((?:\d{1,12}(?:\.\d{1,9})?(?:ms|[smhdw]))+)$/;

/** Longest text that is read: no duration that anybody means is longer. */
const MAX_LENGTH = 40;

/**
 * Seconds of a duration such as `30s`, `2h`, `7d`, `1h30m`. Negative ones are read, so that they can be called so; a
 * number without a unit is none (its unit would be a guess), except `0`. Undefined when it is no duration.
 */
export function parseDuration(text: string): number | undefined {
  if (text === "0") return 0;
  if (text.length > MAX_LENGTH) return undefined;
  const [, sign, parts = ""] = DURATION.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const seconds = [...parts.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)].reduce(
    (sum, [, number = "0", unit = "s"]) => sum + Number(number) * (UNITS[unit] ?? 0),
    0,
  );
  return sign === "-" ? -seconds : seconds;
}

/** The same as Go's `time.ParseDuration` reads it, which knows neither days nor weeks. */
export function parseGoDuration(text: string): number | undefined {
  return /[dw]/.test(text) ? undefined : parseDuration(text);
}

/** Seconds of a duration that is written in a manifest; undefined when it is none or a template decides it. */
export function durationOf(node: Node | undefined): number | undefined {
  const text = stringOf(node);
  return text === undefined ? undefined : parseDuration(text);
}

/** From here on days are easier to read than hours. */
const DAYS_FROM = 48 * 3600;

/**
 * Seconds for people: `17m30s`, `42m40s`, `1h22m`, `26h`, `30d`. Whole seconds; below ten seconds with up to two
 * digits behind the point.
 */
export function formatDuration(seconds: number): string {
  if (seconds === Number.POSITIVE_INFINITY) return "∞";
  if (seconds < 0) return `-${formatDuration(-seconds)}`;
  if (seconds < 10) return `${Math.round(seconds * 100) / 100}s`;
  let rest = Math.round(seconds);
  const parts = rest >= DAYS_FROM ? (["d", "h", "m", "s"] as const) : (["h", "m", "s"] as const);
  return parts
    .map((unit) => {
      const size = UNITS[unit] ?? 1;
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count === 0 ? "" : `${count}${unit}`;
    })
    .join("");
}
