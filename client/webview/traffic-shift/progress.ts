import type { ShiftPage } from "../../../server/src/server/protocol.ts";
import type { ShiftWords } from "../../src/shift/messages.ts";
import { h } from "../dom.ts";
import { fill } from "./numbers.ts";

const MARKS = { todo: "○", now: "◐", done: "●", undone: "↩" } as const;

/** The plan's steps, and how far it has come; of several objects each with the one that it changes. */
export function stepsOf({ steps, members }: ShiftPage, words: ShiftWords): HTMLElement[] {
  if (steps.length === 0) return [];
  const items = steps.map(({ member, title: what, soak, limit, state }) => {
    const { kind, name, context } = members[member] ?? {};
    const title = members.length > 1 ? `${member + 1}. ${kind} ${name} · ${context}: ${what}` : what;
    const watched = state === "done" || state === "undone" ? "" : watchedText(soak, limit, words);
    return h(
      "li",
      { class: state, ...(state === "now" && { "aria-current": "step" }) },
      h("span", { class: "mark", "aria-hidden": "true" }, MARKS[state]),
      h(
        "div",
        {},
        title,
        h(
          "span",
          { class: "note" },
          [watched, words.states[state]].filter((part) => part !== "").join(" · "),
        ),
      ),
    );
  });
  return [h("h2", {}, words.steps), h("ol", { class: "steps" }, ...items)];
}

function watchedText(soak: number | undefined, limit: number | undefined, words: ShiftWords): string {
  if (limit !== undefined) return fill(words.limit, Math.round(limit));
  if (soak === undefined) return words.soakUnknown;
  return soak === 0 ? "" : fill(words.soak, Math.round(soak));
}

/** What happened, the latest first. */
export function logOf(log: ShiftPage["log"], words: ShiftWords): HTMLElement[] {
  if (log.length === 0) return [];
  const items = log.toReversed().map(({ at, message }) => {
    const time = new Date(at);
    return h("li", {}, h("time", { datetime: time.toISOString() }, time.toLocaleTimeString()), ` ${message}`);
  });
  return [h("h2", {}, words.log), h("ul", { class: "log" }, ...items)];
}

/** Commands that a person has to run, or may run where the shift has come to its end. */
export function manualOf({ manual, phase }: ShiftPage, words: ShiftWords): HTMLElement[] {
  if (manual.length === 0) return [];
  const title = phase === "rolledBack" || phase === "retired" ? words.optional : words.manual;
  return [h("h2", {}, title), h("pre", { tabindex: "0" }, manual.join("\n"))];
}

/** What a drill measures, beside what is promised. */
export function drillOf(drill: ShiftPage["drill"], words: ShiftWords): HTMLElement[] {
  if (drill === undefined) return [];
  const { promised, answered, inTime } = drill;
  const verdict = inTime === undefined ? "" : inTime ? words.inTime : words.late;
  return [
    h("h2", {}, words.drill),
    h(
      "dl",
      {},
      h("dt", {}, words.promised),
      h("dd", {}, promised ?? words.notPromised),
      h("dt", {}, words.answered),
      h(
        "dd",
        {},
        answered ?? words.notYet,
        ...(verdict === "" ? [] : [" ", h("strong", { class: inTime ? "" : "broken" }, verdict)]),
      ),
    ),
  ];
}
