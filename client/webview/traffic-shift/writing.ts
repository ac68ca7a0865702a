import type { ShiftMember } from "../../../server/src/server/protocol.ts";
import type { ShiftWords } from "../../src/shift/messages.ts";
import { h } from "../dom.ts";

/** What is written, exactly, and what takes it back; after the first write only that. `name` is as for checks. */
export function writingOf(
  { diff, patch, inverse, kubectl }: ShiftMember,
  index: number,
  words: ShiftWords,
  isBefore: boolean,
  name: string,
): HTMLElement[] {
  const isToCome = isBefore && patch.length > 1;
  const commands = kubectl === undefined ? [] : [...(isToCome ? [kubectl.apply] : []), kubectl.undo];
  const lines = commands.filter((line) => line !== "");
  return [
    ...(isToCome && diff !== ""
      ? [h("h2", {}, `${name}${words.diff}`), h("pre", { class: "diff", tabindex: "0" }, ...linesOf(diff))]
      : []),
    ...(isToCome ? [folded(`patch ${index}`, `${name}${words.patch}`, operations(patch))] : []),
    ...(inverse.length === 0
      ? []
      : [
          folded(
            `inverse ${index}`,
            `${name}${isToCome ? words.inverse : words.wayBack}`,
            operations(inverse),
          ),
        ]),
    ...(lines.length === 0 ? [] : [folded(`kubectl ${index}`, `${name}${words.kubectl}`, lines.join("\n"))]),
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
