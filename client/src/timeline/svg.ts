import type { RecoveryView } from "../../../server/src/server/protocol.ts";
import { element, legendOf, type PictureNode, pictureOf } from "./picture.ts";

/** Colours of an exported picture, which nobody themes: readable on white, and apart from each other in grey. */
const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #1f2328; }
.title { font-size: 18px; font-weight: 600; }
.heading { font-size: 14px; font-weight: 600; }
.tick, .value { fill: #57606a; }
.grid { stroke: #d8dee4; }
.separator { stroke: #8c959f; }
.focus { fill: none; }
.solid { fill: #0969da; }
.critical .solid, .total .solid { fill: #0a3069; }
.hatch-ground { fill: #ddf4ff; }
.hatch-line { stroke: #0969da; }
.over-ground { fill: #ffebe9; }
.over-line { stroke: #cf222e; }
.outline { stroke: #0969da; }
.critical .outline { stroke: #0a3069; stroke-width: 2; }
.end { stroke: #0a3069; stroke-width: 2; }
.critical .label, .total .label, .value.total { font-weight: 600; }
.promise-line { stroke: #9a6700; stroke-width: 2; stroke-dasharray: 5 3; }
.promise-label { fill: #7d4e00; font-weight: 600; }
`;

const WIDTH = 960;
const MARGIN = 24;

/** A view as a file of its own: every failure with its pictures, one below the other. */
export function svgOf(view: RecoveryView): string {
  const { title, sections } = view;
  let y = MARGIN + 12;
  const nodes: PictureNode[] = [text(y, title, "title")];
  y += 16;
  sections.forEach((section, i) => {
    y += 28;
    nodes.push(text(y, section.title, "heading"));
    section.charts.forEach((chart, j) => {
      y += 22;
      nodes.push(text(y, `${chart.name}: ${chart.figures}. ${chart.text}`, "summary"));
      y += 6;
      if (chart.bars.length === 0) return;
      const picture = pictureOf(chart, { width: WIDTH - 2 * MARGIN, id: `p${i}-${j}`, interactive: false });
      nodes.push(placed(picture, y));
      y += Number(picture.attributes.height);
    });
  });
  y += 20;
  let x = MARGIN;
  for (const entry of legendOf(view, "legend")) {
    nodes.push(placed(entry, y, x));
    x += Number(entry.attributes.width) + 12;
  }
  y += 20 + MARGIN;
  const root = element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${WIDTH} ${y}`, width: WIDTH, height: y },
    [
      element("title", {}, [title]),
      element("style", {}, [STYLE]),
      element("rect", { width: WIDTH, height: y, fill: "#ffffff" }),
      ...nodes,
    ],
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${toText(root)}\n`;
}

function text(y: number, content: string, name: string): PictureNode {
  return element("text", { x: MARGIN, y, class: name }, [content]);
}

function placed(picture: PictureNode, y: number, x = MARGIN): PictureNode {
  return { ...picture, attributes: { ...picture.attributes, x, y } };
}

/** A node as XML. */
function toText({ name, attributes, children }: PictureNode): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const inner = children.map((child) => (typeof child === "string" ? escaped(child) : toText(child)));
  return `<${name}${pairs.join("")}>${inner.join("")}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Names come from manifests: nothing in them is markup, and characters that XML has not are left out. */
function escaped(content: string): string {
  return content
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "")
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "");
}
