import type { ShiftCheck } from "../../../server/src/server/protocol.ts";
import type { Acceptable, ShiftWords } from "../../src/shift/messages.ts";
import { h } from "../dom.ts";
import { button } from "./button.ts";

/** Marks, so that levels are told apart without colour; the word stands beside them. */
const MARKS: Readonly<Record<ShiftCheck["level"], string>> = {
  pass: "✓",
  warn: "!",
  block: "✗",
  unknown: "?",
};
const ORDER: readonly ShiftCheck["level"][] = ["block", "unknown", "warn", "pass"];

/**
 * The checks, the gravest first, each with what it rests on. `take` is called for a block that the user may take on;
 * `name` says whose they are, where there are several objects.
 */
export function checklist(
  checks: readonly ShiftCheck[],
  words: ShiftWords,
  take: ((accept: Acceptable) => void) | undefined,
  name: string,
): HTMLElement[] {
  if (checks.length === 0) return [];
  const sorted = checks.toSorted((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
  const counts = ORDER.flatMap((level) => {
    const count = checks.filter((check) => check.level === level).length;
    return count === 0 ? [] : [`${count} ${words.levels[level]}`];
  });
  return [
    h("h2", {}, `${name}${words.checklist}`, h("span", { class: "counts" }, ` ${counts.join(" · ")}`)),
    h("ul", { class: "checks" }, ...sorted.map((check, i) => itemOf(check, `${name}${i}`, words, take))),
  ];
}

function itemOf(
  { id, level, message, evidence, query, accept }: ShiftCheck,
  place: string,
  words: ShiftWords,
  take: ((accept: Acceptable) => void) | undefined,
): HTMLElement {
  const key = `query ${id} ${place}`;
  return h(
    "li",
    { class: level },
    h("span", { class: "mark", "aria-hidden": "true" }, MARKS[level]),
    h(
      "div",
      {},
      h("span", { class: "level" }, words.levels[level]),
      ` ${message}`,
      ...(evidence.length === 0
        ? []
        : [h("ul", { class: "evidence" }, ...evidence.map((line) => h("li", {}, line)))]),
      ...(accept === undefined || level !== "block" || take === undefined
        ? []
        : [button(words.accept, `accept ${accept}`, "secondary", () => take(accept))]),
      ...(query === undefined
        ? []
        : [
            h(
              "details",
              { "data-details": key },
              h("summary", { "data-key": key }, words.query),
              h("pre", { tabindex: "0" }, query),
            ),
          ]),
    ),
  );
}
