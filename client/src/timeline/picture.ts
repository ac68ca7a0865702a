import type { RecoveryView, TimelineChart } from "../../../server/src/server/protocol.ts";
import { CRITICAL_MARK, type Layout, layoutOf, type Row, SIZES, type Span } from "./layout.ts";
import { textWidth } from "./scale.ts";

/** An element of an SVG picture, as data: the page makes elements of it, the export text. */
export interface PictureNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (PictureNode | string)[];
}

/** How a chart is drawn. */
export interface PictureOptions {
  readonly width: number;
  /** Begins the ids of what is referred to inside: one picture's must not be another's. */
  readonly id: string;
  /** Rows can be reached with the keyboard and opened; else it is only looked at. */
  readonly interactive: boolean;
}

/** An element. */
export function element(
  name: string,
  attributes: PictureNode["attributes"] = {},
  children: PictureNode["children"] = [],
): PictureNode {
  return { name, attributes, children };
}

/** A chart as an SVG picture. */
export function pictureOf(chart: TimelineChart, options: PictureOptions): PictureNode {
  const layout = layoutOf(chart, options.width);
  const { width, height } = layout;
  const role = options.interactive ? "group" : "img";
  const label = `${chart.name}: ${chart.figures}. ${chart.text}`;
  return drawing(width, height, { role, "aria-label": label }, [
    patterns(options.id),
    ...axis(layout),
    ...layout.rows.map((row) => rowNode(row, layout, options)),
    ...promise(layout),
    // Above the promise's line, so that it can be read.
    ...layout.rows.map(valueNode),
  ]);
}

/** What fillings and marks mean: a small picture each. Arrows are explained where there are any. */
export function legendOf({ words, sections }: RecoveryView, id: string): readonly PictureNode[] {
  const hasArrows = sections.some(({ charts }) => charts.some(({ bars }) => bars.some(({ open }) => open)));
  const sample = { x: 0, width: 26 };
  const entries: readonly (readonly [(own: string) => PictureNode, string])[] = [
    [() => rect(sample, 3, { class: "solid" }), words.atLeast],
    [(own) => rect(sample, 3, { class: "hatched", fill: `url(#${own}-hatch)` }), words.upTo],
    [(own) => rect(sample, 3, { class: "over", fill: `url(#${own}-over)` }), words.over],
    [() => text(8, 3 + SIZES.bar - 2, CRITICAL_MARK.trim(), { class: "mark" }), words.critical],
    ...(hasArrows ? [[() => arrow("end open", 8, 3), words.open] as const] : []),
  ];
  return entries.map(([make, word], i) => {
    const own = `${id}-${i}`;
    const width = 32 + Math.ceil(textWidth(word, SIZES.font)) + SIZES.gap;
    const label = text(32, 3 + SIZES.bar - 3, word, { class: "legend" });
    return drawing(width, 20, { role: "img", "aria-label": word }, [patterns(own), make(own), label]);
  });
}

/** The root of a picture. */
function drawing(
  width: number,
  height: number,
  attributes: PictureNode["attributes"],
  children: PictureNode["children"],
): PictureNode {
  const size = {
    viewBox: `0 0 ${round(width)} ${round(height)}`,
    width: round(width),
    height: round(height),
  };
  return element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", class: "picture", ...size, ...attributes },
    children,
  );
}

function patterns(id: string): PictureNode {
  const stripes = (name: string, path: string) =>
    element("pattern", { id: `${id}-${name}`, width: 6, height: 6, patternUnits: "userSpaceOnUse" }, [
      element("rect", { class: `${name}-ground`, width: 6, height: 6 }),
      element("path", { class: `${name}-line`, d: path, "stroke-width": 1.5, fill: "none" }),
    ]);
  const rising = "M-1 1 L1 -1 M0 6 L6 0 M5 7 L7 5";
  return element("defs", {}, [
    stripes("hatch", rising),
    stripes("over", `${rising} M-1 5 L1 7 M0 0 L6 6 M5 -1 L7 1`),
  ]);
}

function axis({ left, scale, height, width, promise: limit }: Layout): readonly PictureNode[] {
  const bottom = height - SIZES.gap / 2;
  /** The promise's line would go through it. */
  const isHidden = (x: number, label: string) =>
    limit !== undefined && Math.abs(limit.x - x) < textWidth(label, SIZES.font) / 2 + 3;
  return scale.marks.flatMap(({ seconds, text: label }) => {
    const x = left + scale.at(seconds);
    if (x > width) return [];
    return [
      line(x, SIZES.top - 6, x, bottom, "grid"),
      ...(isHidden(x, label)
        ? []
        : [text(x, SIZES.top - 10, label, { class: "tick", "text-anchor": "middle" })]),
    ];
  });
}

function promise({ promise: found, height }: Layout): readonly PictureNode[] {
  if (found === undefined) return [];
  const { x, text: label, anchor } = found;
  const away = anchor === "start" ? 4 : -4;
  return [
    element("g", { class: "promise" }, [
      line(x, 4, x, height - SIZES.gap / 2, "promise-line"),
      text(x + away, 14, label, { class: "promise-label", "text-anchor": anchor }),
    ]),
  ];
}

function rowNode(row: Row, layout: Layout, { id, interactive }: PictureOptions): PictureNode {
  const { bar, y, label, solid, hatched, over } = row;
  const top = y + (SIZES.row - SIZES.bar) / 2;
  const base = top + SIZES.bar - 3;
  const whole = { x: solid.x, width: Math.max(2, solid.width + hatched.width) };
  const reach = interactive
    ? {
        tabindex: -1,
        role: bar.place === undefined ? "img" : "button",
        "aria-label": bar.text,
        "data-row": layout.rows.indexOf(row),
      }
    : {};
  return element("g", { class: classOf(row), ...reach }, [
    element("rect", {
      class: "focus",
      x: 1,
      y: y + 1,
      width: round(layout.width - 2),
      height: SIZES.row - 2,
      rx: 3,
    }),
    ...(bar.kind === "total" ? [line(0, y, layout.width, y, "separator")] : []),
    ...(interactive ? [element("title", {}, [bar.text])] : []),
    text(SIZES.pad, base, label, { class: "label" }),
    ...(hatched.width > 0 ? [rect(hatched, top, { class: "hatched", fill: `url(#${id}-hatch)` })] : []),
    ...(solid.width > 0 || hatched.width === 0
      ? [rect({ x: solid.x, width: Math.max(2, solid.width) }, top, { class: "solid" })]
      : []),
    ...(over === undefined ? [] : [rect(over, top, { class: "over", fill: `url(#${id}-over)` })]),
    rect(whole, top, { class: "outline", fill: "none" }),
    ...endNode(row, top),
  ]);
}

function valueNode({ y, bar, end, value }: Row): PictureNode {
  const base = y + (SIZES.row + SIZES.bar) / 2 - 3;
  const x = value.x + (end === "closed" ? 0 : SIZES.gap);
  return text(x, base, value.text, { class: `value ${bar.kind}`, "aria-hidden": "true" });
}

function classOf({ bar }: Row): string {
  return [
    "row",
    bar.kind,
    ...(bar.critical ? ["critical"] : []),
    ...(bar.place === undefined ? [] : ["link"]),
  ].join(" ");
}

/** An arrow: it goes on, for nobody knows how long. */
function endNode({ end, hatched }: Row, top: number): readonly PictureNode[] {
  return end === "closed" ? [] : [arrow(`end ${end}`, hatched.x + hatched.width + 1, top)];
}

function arrow(name: string, x: number, top: number): PictureNode {
  const half = SIZES.bar / 2;
  return element("path", {
    class: name,
    d: `M${round(x)} ${round(top)} l6 ${half} l-6 ${half}`,
    fill: "none",
  });
}

function rect({ x, width }: Span, y: number, attributes: PictureNode["attributes"]): PictureNode {
  const place = { x: round(x), y: round(y), width: round(width), height: SIZES.bar };
  return element("rect", { ...place, ...attributes });
}

function line(x1: number, y1: number, x2: number, y2: number, name: string): PictureNode {
  return element("line", { class: name, x1: round(x1), y1: round(y1), x2: round(x2), y2: round(y2) });
}

function text(x: number, y: number, content: string, attributes: PictureNode["attributes"]): PictureNode {
  return element("text", { x: round(x), y: round(y), ...attributes }, [content]);
}

/** A tenth of a pixel is finer than anybody sees. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
