import type { ShiftMember } from "../../../server/src/server/protocol.ts";
import type { ShiftWords } from "../../src/shift/messages.ts";
import { h } from "../dom.ts";

/** What is written, exactly, and what takes it back. */
export function writingOf(member: ShiftMember, index: number, words: ShiftWords): HTMLElement[] {
  const { diff, patch, inverse, kubectl } = member;
  return [
    ...(diff === ""
      ? []
      : [h("h2", {}, words.diff), h("pre", { class: "diff", tabindex: "0" }, ...linesOf(diff))]),
    ...(patch.length <= 1 ? [] : [folded(`patch ${index}`, words.patch, operations(patch))]),
    ...(inverse.length === 0 ? [] : [folded(`inverse ${index}`, words.inverse, operations(inverse))]),
    ...(kubectl === undefined || patch.length <= 1
      ? []
      : [
          folded(
            `kubectl ${index}`,
            words.kubectl,
            [kubectl.apply, kubectl.undo].filter((line) => line !== "").join("\n"),
          ),
        ]),
  ];
}

/** Added and removed lines by their elements, which screen readers can tell, and by colour. */
function linesOf(diff: string): HTMLElement[] {
  return diff
    .trimEnd()
    .split("\n")
    .map((line) => {
      const name = /^\+(?!\+\+)/.test(line) ? "ins" : /^-(?!--)/.test(line) ? "del" : "span";
      return h(name, {}, `${line}\n`);
    });
}

function operations(list: ShiftMember["patch"]): string {
  return `[\n${list.map((operation) => `  ${JSON.stringify(operation)}`).join(",\n")}\n]`;
}

function folded(key: string, title: string, text: string): HTMLElement {
  return h(
    "details",
    { "data-details": key },
    h("summary", { "data-key": `summary ${key}` }, title),
    h("pre", { tabindex: "0" }, text),
  );
}
