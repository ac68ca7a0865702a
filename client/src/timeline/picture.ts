import type { TimelineChart, TimelineWords } from "../../../server/src/server/protocol.ts";
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
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      class: "picture",
      viewBox: `0 0 ${round(width)} ${round(height)}`,
      width: round(width),
      height: round(height),
      role: options.interactive ? "group" : "img",
      "aria-label": `${chart.name}: ${chart.figures}. ${chart.text}`,
    },
    [
      patterns(options.id),
      ...axis(layout),
      ...layout.rows.map((row) => rowNode(row, layout, options)),
      ...promise(layout),
    ],
  );
}

/** What the fillings mean, on one line. Its width depends on the words. */
export function legendOf(words: TimelineWords, id: string): PictureNode {
  const { font, bar, gap } = SIZES;
  const entries: readonly [PictureNode, string][] = [
    [rect({ x: 0, width: 26 }, 3, { class: "solid" }), words.atLeast],
    [rect({ x: 0, width: 26 }, 3, { class: "hatched", fill: `url(#${id}-hatch)` }), words.upTo],
    [rect({ x: 0, width: 26 }, 3, { class: "over", fill: `url(#${id}-over)` }), words.over],
    [text(8, 3 + bar - 2, CRITICAL_MARK.trim(), { class: "mark" }), words.critical],
  ];
  let x = 0;
  const nodes = entries.map(([sample, word]) => {
    const node = element("g", { transform: `translate(${round(x)} 0)` }, [
      sample,
      text(32, 3 + bar - 3, word, {}),
    ]);
    x += 32 + textWidth(word, font) + 3 * gap;
    return node;
  });
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      class: "picture legend",
      viewBox: `0 0 ${round(x)} 20`,
      width: round(x),
      height: 20,
      role: "img",
      "aria-label": entries.map(([, word]) => word).join(", "),
    },
    [patterns(id), ...nodes],
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

function axis({ left, scale, height, width }: Layout): readonly PictureNode[] {
  const bottom = height - SIZES.gap / 2;
  return scale.marks.flatMap(({ seconds, text: label }) => {
    const x = left + scale.at(seconds);
    if (x > width) return [];
    return [
      line(x, SIZES.top - 6, x, bottom, "grid"),
      text(x, SIZES.top - 10, label, { class: "tick", "text-anchor": "middle" }),
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
  const { bar, y, label, solid, hatched, over, value } = row;
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
    text(0, base, label, { class: "label" }),
    ...(hatched.width > 0 ? [rect(hatched, top, { class: "hatched", fill: `url(#${id}-hatch)` })] : []),
    ...(solid.width > 0 || hatched.width === 0
      ? [rect({ x: solid.x, width: Math.max(2, solid.width) }, top, { class: "solid" })]
      : []),
    ...(over === undefined ? [] : [rect(over, top, { class: "over", fill: `url(#${id}-over)` })]),
    rect(whole, top, { class: "outline", fill: "none" }),
    ...endNode(row, top),
    text(value.x + (row.end === "closed" ? 0 : SIZES.gap), base, value.text, { class: "value" }),
  ]);
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
  if (end === "closed") return [];
  const x = hatched.x + hatched.width;
  const [middle, half] = [top + SIZES.bar / 2, SIZES.bar / 2];
  const path = `M${round(x + 1)} ${round(middle - half)} l6 ${half} l-6 ${half}`;
  return [element("path", { class: `end ${end}`, d: path, fill: "none" })];
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
