import type {
  TimelineChart,
  TimelinePlace,
  TimelineSection,
  TimelineWords,
} from "../../../server/src/server/protocol.ts";
import { placeName } from "../../src/timeline/messages.ts";
import { h } from "../dom.ts";

/** Marks of verdicts, so that they are told apart without colour. */
const MARKS = { met: "✓", breached: "✗", unknown: "?" } as const;

/** What a click on a place does. */
export type Open = (place: TimelinePlace) => void;

/** A failure: its pictures, a table of each, what it rests on. Pictures are drawn later, into `.canvas`. */
export function sectionElement(section: TimelineSection, words: TimelineWords, open: Open): HTMLElement {
  const { id, title, charts, improvements, assumptions } = section;
  const heading = `heading ${id}`;
  return h(
    "section",
    { "aria-labelledby": heading, "data-section": id },
    h("h2", { id: heading, tabindex: "-1" }, title),
    ...charts.map((chart) => chartElement(section, chart, words, open)),
    ...listOf(words.improvements, improvements),
    ...listOf(words.assumptions, assumptions),
    ...inputsOf(section, words, open),
  );
}

/** The verdict on a promise: a mark, the figures, a sentence. */
export function verdictOf({ name, verdict, figures, text }: TimelineChart): HTMLElement {
  const mark = verdict === undefined ? "" : MARKS[verdict];
  return h(
    "p",
    { class: `verdict ${verdict ?? "none"}` },
    h("span", { class: "mark", "aria-hidden": "true" }, mark),
    h("strong", {}, `${name} ${figures}`),
    ` ${text}`,
  );
}

function chartElement(
  section: TimelineSection,
  chart: TimelineChart,
  words: TimelineWords,
  open: Open,
): HTMLElement {
  const key = `${section.id} ${chart.name}`;
  if (chart.bars.length === 0) return h("div", { class: "chart" }, verdictOf(chart));
  return h(
    "div",
    { class: "chart" },
    verdictOf(chart),
    h("div", { class: "canvas", "data-chart": chart.name }),
    details(key, words.table, tableOf(chart, words, open, key)),
  );
}

/** The picture as a table, for those who cannot see it and those who want the numbers. */
function tableOf({ kind, bars }: TimelineChart, words: TimelineWords, open: Open, key: string): HTMLElement {
  const head =
    kind === "time"
      ? [words.part, words.begins, words.ends, words.takes, words.critical, words.where]
      : [words.data, words.lost, words.where];
  return table(
    head,
    bars.map((bar, i) => {
      const place = placeButton(bar.place, open, `${key} row ${i}`);
      if (kind === "loss") return [bar.label, bar.value, place];
      const mark = bar.critical && bar.kind !== "total" ? `◆ ${words.critical}` : "";
      return [bar.label, bar.begins, bar.ends, bar.value, mark, place];
    }),
  );
}

function inputsOf({ id, inputs }: TimelineSection, words: TimelineWords, open: Open): HTMLElement[] {
  if (inputs.length === 0) return [];
  const rows = inputs.map(({ label, depth, value, origin, place }, i) => [
    h("span", { class: `depth-${Math.min(depth, 4)}` }, label),
    value,
    h("span", {}, placeButton(place, open, `${id} input ${i}`), origin === "" ? "" : ` ${origin}`),
  ]);
  return [details(`${id} inputs`, words.inputs, table([words.input, words.value, words.where], rows))];
}

function listOf(title: string, items: readonly string[]): HTMLElement[] {
  if (items.length === 0) return [];
  return [h("p", { class: "list-title" }, title), h("ul", {}, ...items.map((item) => h("li", {}, item)))];
}

function details(key: string, title: string, content: HTMLElement): HTMLElement {
  const summary = h("summary", { "data-key": `summary ${key}` }, title);
  return h("details", { "data-details": key }, summary, content);
}

function table(head: readonly string[], rows: readonly (readonly (string | Node)[])[]): HTMLElement {
  return h(
    "table",
    {},
    h("thead", {}, h("tr", {}, ...head.map((cell) => h("th", { scope: "col" }, cell)))),
    h(
      "tbody",
      {},
      ...rows.map(([first = "", ...others]) =>
        h("tr", {}, h("th", { scope: "row" }, first), ...others.map((cell) => h("td", {}, cell))),
      ),
    ),
  );
}

function placeButton(place: TimelinePlace | undefined, open: Open, key: string): Node {
  if (place === undefined) return document.createTextNode("");
  const button = h("button", { class: "place", type: "button", "data-key": key }, placeName(place));
  button.addEventListener("click", () => open(place));
  return button;
}
