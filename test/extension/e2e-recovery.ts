import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { axeOn } from "./e2e-axe.ts";
import type { Window } from "./e2e-page.ts";

const FILE = "recovery/plan.yaml";
/** What is made longer in the story. */
const TTL = "ttl: 30s";

type Scene = { window: Window; workspace: string };

/** The part of the story in which a plan's recovery is looked at in time. */
export const recoveryInTime: Record<string, (scene: Scene) => Promise<void>> = {
  "a click on a failover's lens shows it in time": async ({ window }) => {
    await window.openFile(FILE);
    await window.goToLine(34, 1);
    await window.lenses.getByText("14m30s").first().click();
    await heading(window, "Site: failover “site”").waitFor();
    await verdict(window, "14m30s of 15m").waitFor();
    await verdict(window, "Kept, with 30s to spare.").waitFor();
    await window.picture("timeline");
  },

  "a longer TTL breaks the promise, in the panel too": async ({ window, workspace }) => {
    const path = join(workspace, FILE);
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace(TTL, "ttl: 300s"));
    await verdict(window, "17m30s of 15m").waitFor();
    await verdict(window, "Broken by 2m30s.").waitFor();
    await window.webview.getByText("TTL 300s -> 30s saves 3m").first().waitFor();
    await window.picture("timeline-broken");
  },

  "keys move along the bars and open where a value stands": async ({ window }) => {
    const rows = window.webview.locator(".picture .row");
    await rows.first().focus();
    await window.press("ArrowDown");
    await window.press("ArrowDown");
    assert.match((await focused(window).getAttribute("aria-label")) ?? "", /^promote-db: 1m, at worst/);
    await window.picture("timeline-focus");
    await window.press("Enter");
    await window.locator(".part.editor .monaco-editor.focused").waitFor();
    await window.statusBar.getByText(/Ln 35, Col \d+ \(10 selected\)/).waitFor();
  },

  "a value leads to where it is written": async ({ window }) => {
    await window.webview.getByText("Inputs and where they come from").first().click();
    await window.webview.locator("tr", { hasText: "TTL" }).getByRole("button").first().click();
    await window.statusBar.getByText(/Ln 25, Col \d+ \(4 selected\)/).waitFor();
    await window.picture("timeline-inputs");
  },

  "zooming widens the pictures": async ({ window }) => {
    const picture = window.webview.locator(".canvas .picture").first();
    const before = Number(await picture.getAttribute("width"));
    await window.webview.getByRole("button", { name: "Zoom in" }).click();
    await window.picture("timeline-zoomed");
    const after = Number(await picture.getAttribute("width"));
    assert.ok(after > before * 1.4, `${before} became ${after}`);
    await window.webview.getByRole("button", { name: "Fit to the panel" }).click();
    assert.equal(Number(await picture.getAttribute("width")), before);
  },

  "the page has no defects that a program finds": async ({ window }) => {
    const body = window.webview;
    const folded = body.locator("details:not([open]) > summary");
    while ((await folded.count()) > 0) await folded.first().click();
    const defects = await axeOn(body);
    assert.deepEqual(defects, []);
  },

  "the picture can be saved": async ({ window, workspace }) => {
    await window.webview.getByRole("button", { name: "Save as SVG" }).click();
    const input = window.locator(".quick-input-widget input");
    await input.waitFor();
    await window.press("Enter");
    const path = join(workspace, "recovery", "shop-recovery.svg");
    await eventually(async () => (await stat(path)).size > 0);
    const svg = await readFile(path, "utf8");
    assert.match(svg, /17m30s of 15m/);
  },

  "a plan that is gone is said to be, and comes back": async ({ window, workspace }) => {
    const path = join(workspace, FILE);
    const text = await readFile(path, "utf8");
    await writeFile(path, "# nothing\n");
    await window.webview.getByText("There is no recovery plan “shop”").first().waitFor();
    await window.picture("timeline-gone");
    await writeFile(path, text.replace("ttl: 300s", TTL));
    await verdict(window, "14m30s of 15m").waitFor();
  },

  "the panel is still there after the window was reloaded": async ({ window }) => {
    await window.runCommand("Developer: Reload Window");
    await window.ready();
    await verdict(window, "14m30s of 15m").waitFor();
    await window.picture("timeline-reloaded");
  },

  "a first plan is written of what is there": async ({ window }) => {
    await window.runCommand("Nines: New Recovery Plan");
    await window.editorTabs.getByText("Untitled-1").waitFor();
    await window.locator(".view-line").getByText("DisasterRecoveryPlan").first().waitFor();
    await window.picture("new-plan");
    await window.runCommand("View: Revert and Close Editor");
    // Keys that go to the panel while it is being drawn are lost.
    await window.editorTabs.getByText("plan.yaml").click();
    await window.locator(".monaco-editor.focused").waitFor();
    await window.runCommand("View: Close All Editors");
  },
};

function heading({ webview }: Window, title: string): Locator {
  return webview.getByRole("heading", { name: title });
}

/** A verdict in the overview. */
function verdict({ webview }: Window, text: string): Locator {
  return webview.locator(".overview .verdict", { hasText: text }).first();
}

function focused({ webview }: Window): Locator {
  return webview.locator(".row:focus");
}

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await isSo().catch(() => false))) {
    assert.ok(Date.now() < deadline, "It did not come to that.");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
