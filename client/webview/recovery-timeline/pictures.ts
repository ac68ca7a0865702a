import type { TimelineChart } from "../../../server/src/server/protocol.ts";
import { pictureOf } from "../../src/timeline/picture.ts";
import { pictureElement } from "./elements.ts";
import type { Open } from "./section.ts";

/** Below this nothing could be read. */
const LEAST_WIDTH = 460;

/** Draws a chart into its place, as wide as the place is, times the zoom. */
export function draw(canvas: HTMLElement, chart: TimelineChart, id: string, zoom: number, open: Open): void {
  const scrolled = canvas.scrollLeft;
  const width = Math.floor(Math.max(LEAST_WIDTH, canvas.clientWidth) * zoom);
  const picture = pictureElement(pictureOf(chart, { width, id, interactive: true }));
  const rows = [...picture.querySelectorAll<SVGElement>(".row")];
  rows[0]?.setAttribute("tabindex", "0");
  for (const [i, row] of rows.entries()) {
    row.setAttribute("data-key", `${id} bar ${i}`);
    row.addEventListener("click", () => openRow(i));
    row.addEventListener("focus", () => {
      for (const other of rows) other.setAttribute("tabindex", other === row ? "0" : "-1");
    });
    row.addEventListener("keydown", (event) => {
      const next = targetOf(event.key, i, rows.length);
      if (next !== undefined) rows[next]?.focus();
      else if (event.key === "Enter" || event.key === " ") openRow(i);
      else return;
      event.preventDefault();
    });
  }
  canvas.replaceChildren(picture);
  canvas.scrollLeft = scrolled;

  function openRow(index: number): void {
    const place = chart.bars[index]?.place;
    if (place !== undefined) open(place);
  }
}

/** Where a key moves to among rows; undefined for keys that do not move. */
function targetOf(key: string, from: number, count: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return Math.min(from + 1, count - 1);
    case "ArrowUp":
      return Math.max(from - 1, 0);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
