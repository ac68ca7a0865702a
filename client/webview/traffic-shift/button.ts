import { h } from "../dom.ts";

/** A button; `key` is how the focus finds it again when the page is made anew. */
export function button(label: string, key: string, kind: string, press: () => void): HTMLElement {
  const element = h("button", { type: "button", class: kind, "data-key": key }, label);
  element.addEventListener("click", press);
  return element;
}
