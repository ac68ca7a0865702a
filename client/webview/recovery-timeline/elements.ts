import type { PictureNode } from "../../src/timeline/picture.ts";

type Child = Node | string;

/** An element of the page. Texts become text nodes: nothing in a name is ever markup. */
export function h(
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElement {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A picture's node as an element of the page. */
export function pictureElement({ name, attributes, children }: PictureNode): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes))
    if (key !== "xmlns") element.setAttribute(key, String(value));
  element.append(...children.map((child) => (typeof child === "string" ? child : pictureElement(child))));
  return element;
}
