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

/** The element of the page's own markup with an id. */
export function elementOf(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element “${id}”.`);
  return element;
}

/** Puts elements into a parent without touching those that are there already. */
export function place(parent: HTMLElement, elements: readonly HTMLElement[]): void {
  const wanted = new Set<Node>(elements);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  elements.forEach((element, i) => {
    const there = parent.childNodes[i];
    if (there !== element) parent.insertBefore(element, there ?? null);
  });
}

/** Remembers what has the focus (`data-key`) and what is unfolded (`data-details`); the result puts both back. */
export function focusAndFolds(): () => void {
  const key = document.activeElement?.getAttribute("data-key");
  const open = new Set(
    [...document.querySelectorAll("details[open]")].map((each) => each.getAttribute("data-details")),
  );
  return () => {
    for (const each of document.querySelectorAll("details"))
      if (open.has(each.getAttribute("data-details"))) each.open = true;
    if (!key || document.activeElement?.getAttribute("data-key") === key) return;
    const again = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
    again?.focus({ preventScroll: true });
  };
}
