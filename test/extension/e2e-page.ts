import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";

/** VS Code's window as a user meets it: through keys, and through what can be seen. */
export class Window {
  readonly #page: Page;
  readonly #screenshots: string;

  /** @param screenshots folder for the pictures that `picture` takes */
  constructor(page: Page, screenshots: string) {
    this.#page = page;
    this.#screenshots = screenshots;
  }

  /** Waits until the workbench has restored itself and takes keys. */
  async ready(): Promise<void> {
    await this.#page.locator(".monaco-workbench .part.statusbar").waitFor();
    await this.#page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
  }

  press(keys: string): Promise<void> {
    return this.#page.keyboard.press(keys);
  }

  /** Opens a file by its path in the folder, as with Go to File. */
  async openFile(path: string): Promise<void> {
    const parts = path.split("/");
    await this.#pick("ControlOrMeta+p", path, parts);
    await this.#page.locator(`.tab.active[data-resource-name="${parts.at(-1)}"]`).waitFor();
    await this.#page.locator(".monaco-breadcrumbs", { hasText: parts.join("") }).waitFor();
    await this.#page.locator(".monaco-editor .view-line").first().waitFor();
  }

  /** Runs a command from the command palette, by its full title. */
  async runCommand(title: string): Promise<void> {
    await this.#pick("F1", `>${title}`, [title]);
  }

  /** Chooses an entry of the list that the last command has shown, by its label. */
  async choose(label: string): Promise<void> {
    await this.#page.locator(".quick-input-widget input").fill(label);
    await this.#accept([label]);
  }

  /** Types a query into the quick input and takes its first answer, once that is the one that is meant. */
  async #pick(keys: string, query: string, labels: string[]): Promise<void> {
    await this.press(keys);
    await this.#page.locator(".quick-input-widget input").fill(query);
    await this.#accept(labels);
  }

  async #accept(labels: string[]): Promise<void> {
    let chosen = this.#page.locator(".quick-input-list .monaco-list-row.focused");
    for (const label of labels) chosen = chosen.filter({ hasText: label });
    await chosen.waitFor();
    const name = await chosen.getAttribute("aria-label");
    await this.press("Enter");
    // By its name: a row that the next list takes over keeps the former's texts, unseen.
    const same = this.#page.locator(
      `.quick-input-list .monaco-list-row.focused[aria-label=${JSON.stringify(name)}]`,
    );
    await same.waitFor({ state: "hidden" });
  }

  /** The wavy lines under findings in the visible part of the editor. */
  get squiggles(): Locator {
    return this.#page.locator(".monaco-editor :is(.squiggly-error, .squiggly-warning)");
  }

  /** The rows of the Problems view, which `showProblems` opens. */
  get problems(): Locator {
    return this.#page.locator(".markers-panel .monaco-list-row");
  }

  /** The inlay hints of the editor. */
  get hints(): Locator {
    return this.#page.locator(".monaco-editor .view-line span[class*=dyn-rule]");
  }

  /** The code lenses of the editor. */
  get lenses(): Locator {
    return this.#page.locator(".monaco-editor .codelens-decoration");
  }

  /** The rows of the tree in the side bar. */
  get tree(): Locator {
    return this.#page.locator(".part.sidebar .monaco-list-row");
  }

  get statusBar(): Locator {
    return this.#page.locator(".part.statusbar");
  }

  get editorTabs(): Locator {
    return this.#page.locator(".part.editor .tab");
  }

  get notifications(): Locator {
    return this.#page.locator(".notification-toast");
  }

  /** The text inside a webview, such as a Markdown preview, once it has been drawn. */
  get webview(): Locator {
    const outer = this.#page.frameLocator("iframe.webview.ready");
    return outer.frameLocator("iframe#active-frame").locator("body");
  }

  /** Anything else on the page, for a scenario's own question. */
  locator(selector: string): Locator {
    return this.#page.locator(selector);
  }

  /** @param filter a text or glob, such as "**\/a.yaml"; everything is shown without one */
  async showProblems(filter?: string): Promise<void> {
    await this.runCommand("View: Focus Problems");
    if (filter !== undefined) await this.#page.locator(".viewpane-filter input").fill(filter);
    await this.problems.first().waitFor();
  }

  /** Moves the cursor to a line and column, counted from 1, and waits until a finding is shown near it. */
  async goTo(line: number, column: number): Promise<void> {
    await this.goToLine(line, column);
    await this.squiggles.first().waitFor();
  }

  /** Moves the cursor to a line and column, counted from 1. */
  async goToLine(line: number, column: number): Promise<void> {
    await this.#pick("Control+g", `:${line}:${column}`, [`line ${line}`]);
    await this.#page.locator(".monaco-editor.focused").waitFor();
  }

  /** Opens the Quick Fix menu at the cursor and returns it. */
  async openQuickFixes(): Promise<Locator> {
    await this.press("ControlOrMeta+.");
    const menu = this.#page.locator(".action-widget");
    await menu.locator(".monaco-list-row.action").first().waitFor();
    return menu;
  }

  /** Saves the file that has just been changed. */
  async save(): Promise<void> {
    await this.#page.locator(".tab.active.dirty").waitFor();
    await this.press("ControlOrMeta+s");
    await this.#page.locator(".tab.active:not(.dirty)").waitFor();
  }

  /** Takes a picture of the whole window and returns the file's path. */
  async picture(name: string): Promise<string> {
    await mkdir(this.#screenshots, { recursive: true });
    const path = join(this.#screenshots, `${name}.png`);
    await this.#page.screenshot({ path });
    return path;
  }
}
