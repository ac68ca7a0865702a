import type { RecoveryView, TimelineSection } from "../../../server/src/server/protocol.ts";
import { legendOf } from "../../src/timeline/picture.ts";
import { elementOf, focusAndFolds, h, place } from "../dom.ts";
import { pictureElement } from "./elements.ts";
import { draw } from "./pictures.ts";
import { type Open, sectionElement, verdictOf } from "./section.ts";

/** Between the tools and a heading that is brought into view, in pixels. */
const HEADING_GAP = 12;

/** The content of the page. Only what has become different is made anew; what has the focus keeps it. */
export class Page {
  readonly #content: HTMLElement;
  readonly #status: HTMLElement;
  readonly #title: HTMLElement;
  readonly #open: Open;
  readonly #sections = new Map<string, { text: string; element: HTMLElement }>();
  #view: RecoveryView | undefined;
  #zoom = 1;
  #summary = "";

  constructor(open: Open) {
    this.#content = elementOf("content");
    this.#status = elementOf("status");
    this.#title = elementOf("title");
    this.#open = open;
    let width = this.#content.clientWidth;
    new ResizeObserver(() => {
      if (width === this.#content.clientWidth) return;
      width = this.#content.clientWidth;
      this.#drawAll();
    }).observe(this.#content);
  }

  get zoom(): number {
    return this.#zoom;
  }

  set zoom(zoom: number) {
    this.#zoom = zoom;
    this.#drawAll();
  }

  /** Shows a view in place of the one before. */
  show(view: RecoveryView): void {
    const { title, sections, words } = view;
    const isFirst = this.#view === undefined;
    this.#view = view;
    this.#title.textContent = title;
    const kept = focusAndFolds();
    const drawn: TimelineSection[] = [];
    const elements = sections.map((section) => {
      const text = JSON.stringify([section, words]);
      const before = this.#sections.get(section.id);
      if (before?.text === text) return before.element;
      const element = sectionElement(section, words, this.#open);
      this.#sections.set(section.id, { text, element });
      drawn.push(section);
      return element;
    });
    for (const id of this.#sections.keys())
      if (!sections.some((section) => section.id === id)) this.#sections.delete(id);
    place(this.#content, [
      ...(sections.length === 0 ? [h("p", {}, words.noObjectives)] : [this.#overview(view)]),
      ...elements,
    ]);
    for (const section of drawn) this.#draw(section);
    kept();
    this.#announce(view, isFirst);
  }

  /** Says that there is nothing to show at the moment. */
  showNothing(text: string): void {
    this.#view = undefined;
    this.#sections.clear();
    this.#content.replaceChildren(h("p", { class: "gone" }, text));
    this.#summary = text;
    this.#status.textContent = text;
  }

  /** Brings a section into view and moves the focus to it. */
  reveal(id: string): void {
    const heading = this.#sections.get(id)?.element.querySelector<HTMLElement>("h2");
    // The panel does not take the focus from an editor.
    if (document.hasFocus()) heading?.focus({ preventScroll: true });
    const header = document.querySelector("header")?.offsetHeight ?? 0;
    if (heading) window.scrollBy({ top: heading.getBoundingClientRect().top - header - HEADING_GAP });
  }

  /** The promises in one place, each leading to its section, and what the fillings mean. */
  #overview(view: RecoveryView): HTMLElement {
    const items = view.sections.map(({ id, title, charts }) => {
      const button = h("button", { type: "button", class: "jump", "data-key": `jump ${id}` }, title);
      button.addEventListener("click", () => this.reveal(id));
      return h("li", {}, button, ...charts.map(verdictOf));
    });
    const legend = h("div", { class: "legend-frame" }, ...legendOf(view, "legend").map(pictureElement));
    return h("div", { class: "overview" }, h("ul", {}, ...items), legend);
  }

  #drawAll(): void {
    const kept = focusAndFolds();
    for (const section of this.#view?.sections ?? []) this.#draw(section);
    kept();
  }

  #draw({ id, charts }: TimelineSection): void {
    const { element } = this.#sections.get(id) ?? {};
    const index = this.#view?.sections.findIndex((section) => section.id === id) ?? 0;
    for (const chart of charts) {
      const canvas = element?.querySelector<HTMLElement>(`.canvas[data-chart="${chart.name}"]`);
      if (canvas) draw(canvas, chart, `p${index}-${chart.name}`, this.#zoom, this.#open);
    }
  }

  /** Tells those who cannot see it which promises are kept, when that has become different. */
  #announce({ sections }: RecoveryView, isFirst: boolean): void {
    const lines = sections.flatMap(({ title, charts }) =>
      charts.map(({ name, figures, text }) => `${title}, ${name}: ${figures}. ${text}`),
    );
    const before = new Set(this.#summary.split("\n"));
    this.#summary = lines.join("\n");
    if (!isFirst) this.#status.textContent = lines.filter((line) => !before.has(line)).join(" ");
  }
}
