import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Window } from "./e2e-page.ts";

const ROUTES = "names/virtualservice.yaml";
const RULE = "names/destinationrule.yaml";
const WEB = "names/web.yaml";

type Step = (scene: { window: Window; workspace: string }) => Promise<void>;

/** The part of the story in which the editor knows the names of the workspace. */
export const namesOfTheWorkspace: Record<string, Step> = {
  "the subsets of a host are offered, and one is chosen": async ({ window, workspace }) => {
    const before = await readFile(join(workspace, ROUTES), "utf8");
    await window.openFile(ROUTES);
    await word(window, "v2").dblclick();
    await window.press("Backspace");
    await window.press("Control+Space");
    const list = window.locator(".suggest-widget.visible .monaco-list-row");
    await list.getByText("DestinationRule checkout-names").first().waitFor();
    await list.getByText("v2").first().waitFor();
    await window.picture("names-completion");
    await window.press("ArrowDown");
    await window.press("Enter");
    await list.first().waitFor({ state: "hidden" });
    await word(window, "v2").waitFor();
    await window.save();
    assert.equal(await readFile(join(workspace, ROUTES), "utf8"), before);
  },

  "a subset is renamed in the file that is open and in the one that is not": async ({
    window,
    workspace,
  }) => {
    await rename(window, "v1", "stable");
    await word(window, "stable").waitFor();
    // VS Code saves what a rename has changed.
    await window.locator(".tab.active:not(.dirty)").waitFor();
    await window.picture("names-renamed");
    assert.match(await readFile(join(workspace, RULE), "utf8"), /- name: stable # what everybody gets\n/);
    assert.match(await readFile(join(workspace, ROUTES), "utf8"), /subset: stable \}\n/);
  },

  "a label is renamed after a review that names the immutable selector": async ({ window }) => {
    await window.openFile(WEB);
    await rename(window, "checkout-names", "shop", 1);
    const review = window.locator(".bulk-edit-panel");
    await review.locator(".monaco-list-row").getByText("selector").first().waitFor();
    await window.runCommand("Notifications: Show Notifications");
    await window.locator(".notifications-center").getByText("is immutable").waitFor();
    await window.picture("names-review");
    await window.runCommand("Notifications: Clear All Notifications");
    await review.getByRole("button", { name: "Discard" }).click();
  },

  "the outline has containers and ports below their resource": async ({ window }) => {
    await window.openFile(WEB);
    await window.press("Control+Shift+O");
    const rows = window.locator(".quick-input-list .monaco-list-row");
    await rows.getByText("Deployment/checkout-names").first().waitFor();
    await window.picture("names-outline");
    await window.press("Escape");
  },
};

/** A word of the editor's text, the first unless another number is asked for. */
function word(window: Window, text: string, number = 0) {
  return window.locator(".monaco-editor .view-line").getByText(text, { exact: true }).nth(number);
}

async function rename(window: Window, from: string, to: string, number = 0): Promise<void> {
  await word(window, from, number).click();
  await window.press("F2");
  const box = window.locator(".rename-box input");
  await box.waitFor();
  await box.fill(to);
  await window.press("Enter");
  await box.waitFor({ state: "hidden" });
}
