import type { ShiftMember } from "../../../server/src/server/protocol.ts";
import type { ShiftWords } from "../../src/shift/messages.ts";
import { h } from "../dom.ts";
import { fill, percent, rounded } from "./numbers.ts";

type Lane = ShiftMember["lanes"][number];

/** Utilisation up to which all is well, and above which a step is blocked: the engine's own bounds. */
const AMBER = 0.7;
const RED = 0.9;

/** The destinations with their weights now and then, and what that means for each. */
export function lanesOf(lanes: readonly Lane[], words: ShiftWords, name: string): HTMLElement[] {
  if (lanes.length === 0) return [];
  const head = [
    words.destination,
    words.nowThen,
    words.weight,
    words.share,
    words.rate,
    words.ready,
    words.utilisation,
    words.errors,
    words.p99,
    words.safe,
  ];
  const table = h(
    "table",
    { class: "lanes" },
    h("thead", {}, h("tr", {}, ...head.map((cell) => h("th", { scope: "col" }, cell)))),
    h("tbody", {}, ...lanes.map((lane) => rowOf(lane, words))),
  );
  return [
    h("h2", {}, `${name}${words.weights}`),
    h(
      "div",
      { class: "wide", tabindex: "0", role: "region", "aria-label": `${name}${words.weights}` },
      table,
    ),
  ];
}

function rowOf(lane: Lane, words: ShiftWords): HTMLElement {
  const { utilisationNow, utilisationThen, errorRate, p99, maxSafeWeight } = lane;
  const cells: (string | HTMLElement)[] = [
    barsOf(lane),
    change(lane.weightNow ?? "–", lane.weightThen ?? "–", words),
    change(percent(lane.shareNow), percent(lane.shareThen), words),
    lane.rateNow === undefined && lane.rateThen === undefined
      ? unknown(words)
      : change(figure(lane.rateNow, rounded), figure(lane.rateThen, rounded), words),
    lane.ready === undefined ? unknown(words) : `${lane.ready}/${lane.total ?? "?"}`,
    utilisationThen === undefined && utilisationNow === undefined
      ? unknown(words)
      : h(
          "span",
          { class: toneOf(utilisationThen) },
          change(figure(utilisationNow, percent), figure(utilisationThen, percent), words),
        ),
    errorRate === undefined ? unknown(words) : percent(errorRate),
    p99 === undefined ? unknown(words) : `${Math.round(p99)} ms`,
    maxSafeWeight === undefined ? unknown(words) : String(maxSafeWeight),
  ];
  return h("tr", {}, h("th", { scope: "row" }, lane.name), ...cells.map((cell) => h("td", {}, cell)));
}

/** Two bars, for the eye; the figures beside them say the same. */
function barsOf({ shareNow, shareThen }: Lane): HTMLElement {
  return h("div", { class: "bars", "aria-hidden": "true" }, bar("before", shareNow), bar("after", shareThen));
}

function bar(kind: string, share: number): HTMLElement {
  const filling = h("div", { class: "filling" });
  // Set by script: the page's policy lets no style stand in markup.
  filling.style.width = `${Math.min(100, Math.max(0, share * 100))}%`;
  return h("div", { class: `bar ${kind}` }, filling);
}

function change(now: string | number, then: string | number, words: ShiftWords): HTMLElement {
  if (now === then) return h("span", {}, String(now));
  return h(
    "span",
    {},
    h("span", { class: "hidden" }, `${words.now} `),
    String(now),
    h("span", { class: "hidden" }, `, ${words.after} `),
    h("span", { "aria-hidden": "true", class: "arrow" }, " → "),
    h("strong", {}, String(then)),
  );
}

function figure(value: number | undefined, write: (value: number) => string): string {
  return value === undefined ? "?" : write(value);
}

function unknown(words: ShiftWords): HTMLElement {
  return h("span", { class: "unknown" }, words.unknown);
}

function toneOf(utilisation: number | undefined): string {
  if (utilisation === undefined || utilisation <= AMBER) return "";
  return utilisation <= RED ? "amber" : "red";
}

/** Header routes in front of the weighted one. */
export function pinnedOf(pinned: ShiftMember["pinned"], words: ShiftWords): HTMLElement[] {
  if (pinned.length === 0) return [];
  const items = pinned.map(({ name, legs }) => h("li", {}, fill(words.unaffected, name, legs.join(", "))));
  return [h("h2", {}, words.headerRoutes), h("ul", {}, ...items)];
}
