import type { PictureNode } from "../../src/timeline/picture.ts";

const SVG = "http://www.w3.org/2000/svg";

/** A picture's node as an element of the page. */
export function pictureElement({ name, attributes, children }: PictureNode): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes))
    if (key !== "xmlns") element.setAttribute(key, String(value));
  element.append(...children.map((child) => (typeof child === "string" ? child : pictureElement(child))));
  return element;
}
