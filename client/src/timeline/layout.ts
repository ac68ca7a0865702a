import type { TimelineBar, TimelineChart } from "../../../server/src/server/protocol.ts";
import { type Scale, scaleOf, shortened, textWidth } from "./scale.ts";

/** Sizes of a picture, in pixels. */
export const SIZES = {
  font: 12,
  row: 28,
  bar: 14,
  /** Above the rows: the promise's label and the axis. */
  top: 44,
  gap: 8,
  /** Before labels, so that a frame around a row does not touch them. */
  pad: 6,
  labels: { least: 90, most: 300, share: 0.38 },
  marks: 64,
} as const;

/** Shown before what is on the critical path. */
export const CRITICAL_MARK = "◆ ";

/** A part of a row: from `x`, `width` wide. */
export interface Span {
  readonly x: number;
  readonly width: number;
}

/** A row of a picture in its place. */
export interface Row {
  readonly bar: TimelineBar;
  /** Upper edge of the row. */
  readonly y: number;
  readonly label: string;
  /** What it takes at least. */
  readonly solid: Span;
  /** From there to what it takes at worst. */
  readonly hatched: Span;
  /** The part of it that is beyond the promise. */
  readonly over: Span | undefined;
  /** It goes on beyond the picture, or nobody knows how much longer. */
  readonly end: "closed" | "open" | "endless";
  readonly value: { readonly x: number; readonly text: string };
}

/** A picture with everything in its place. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Where the axis begins. */
  readonly left: number;
  readonly scale: Scale;
  readonly rows: readonly Row[];
  /** Where the promise ends; undefined where there is none. */
  readonly promise:
    | { readonly x: number; readonly text: string; readonly anchor: "start" | "end" }
    | undefined;
}

/** Puts a chart into a width: labels to the left, values behind the bars. */
export function layoutOf(chart: TimelineChart, width: number): Layout {
  const { bars, promised } = chart;
  const labels = bars.map((bar) => labelOf(chart, bar));
  const left = SIZES.pad + labelColumn(labels, width) + SIZES.gap;
  const right = widest(bars.map(({ value }) => value)) + 2 * SIZES.gap;
  const scale = scaleOf(longestOf(chart), Math.max(80, width - left - right), SIZES.marks);
  const rows = bars.map((bar, i) => rowOf(bar, labels[i] ?? "", i, { chart, left, scale }));
  return {
    width,
    height: SIZES.top + rows.length * SIZES.row + SIZES.gap,
    left,
    scale,
    rows,
    promise: promised === undefined ? undefined : promiseOf(chart, promised, left, scale, width),
  };
}

/** In a picture of data only what is lost at worst is critical, which its length shows. */
function labelOf({ kind }: TimelineChart, bar: TimelineBar): string {
  return kind === "time" && bar.critical && bar.kind !== "total" ? CRITICAL_MARK + bar.label : bar.label;
}

function labelColumn(labels: readonly string[], width: number): number {
  const { least, most, share } = SIZES.labels;
  return Math.min(Math.max(least, widest(labels)), most, Math.max(least, width * share));
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, textWidth(text, SIZES.font)), 0);
}

/** The promise is in the picture, too, with some room behind it. */
function longestOf({ bars, promised }: TimelineChart): number {
  const ends = bars.flatMap(({ end }) => end.filter((seconds) => seconds !== null));
  const longest = ends.reduce((most, end) => Math.max(most, end), promised ?? 0);
  const isEndless = bars.some(({ end: [, worst] }) => worst === null);
  return longest * (isEndless || longest === promised ? 1.1 : 1);
}

interface Frame {
  readonly chart: TimelineChart;
  readonly left: number;
  readonly scale: Scale;
}

function rowOf(bar: TimelineBar, label: string, index: number, { chart, left, scale }: Frame): Row {
  const [, start] = bar.start;
  const at = (seconds: number | null) => left + scale.at(seconds ?? scale.end);
  const [from, to] = [at(start), at(bar.end[1])];
  const least = bar.end[0] === null || bar.start[0] === null ? 0 : bar.end[0] - bar.start[0];
  const split = Math.min(to, at((start ?? scale.end) + least));
  const limit = chart.promised;
  const isWhole = bar.kind === "total" || bar.kind === "copy";
  const beyond = limit === undefined || !isWhole ? to : Math.max(from, at(limit));
  return {
    bar,
    y: SIZES.top + index * SIZES.row,
    label: shortened(label, left - SIZES.gap - SIZES.pad, SIZES.font),
    solid: { x: from, width: split - from },
    hatched: { x: split, width: to - split },
    over: beyond < to ? { x: beyond, width: to - beyond } : undefined,
    end: bar.end[1] === null ? "endless" : bar.open ? "open" : "closed",
    value: { x: to + SIZES.gap, text: bar.value },
  };
}

/** The label stands where there is room for it. */
function promiseOf(
  { promisedText: text }: TimelineChart,
  promised: number,
  left: number,
  scale: Scale,
  width: number,
): Layout["promise"] {
  const x = left + scale.at(promised);
  const hasRoom = x + SIZES.gap + textWidth(text, SIZES.font) <= width;
  return { x, text, anchor: hasRoom ? "start" : "end" };
}
