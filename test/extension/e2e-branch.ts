import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Window } from "./e2e-page.ts";

type Scene = { window: Window; workspace: string };

/** The part of the story in which the work on a branch is looked at; `branch/` is a repository (`makeRepository`). */
export const workOnBranch: Record<string, (scene: Scene) => Promise<void>> = {
  "what is new since a branch is listed": async ({ window }) => {
    // Whatever was shown below the editor: its lines are needed.
    await window.runCommand("View: Hide Panel");
    await window.openFile("branch/cart.yaml");
    await window.runCommand("Nines: Check Changes Against…");
    await window.locator(".quick-input-list").getByText("only what is not committed yet").waitFor();
    await window.picture("branch-choose");
    await window.choose("main");
    const list = window.locator(".quick-input-widget");
    await list.getByText("PodDisruptionBudget cart: pdb-blocks-drain").waitFor();
    await list.getByText("Deployment pay: probe-port-unknown").waitFor();
    await window.picture("branch-list");
    await window.press("Escape");
  },

  "the Availability view marks it and can leave out the rest": async ({ window }) => {
    await window.runCommand("Nines: Show Survival");
    const view = window.locator(".part.sidebar");
    await view.getByText("Compared with main, 3 findings are new.").waitFor();
    await window.tree.getByText("new · PodDisruptionBudget cart · pdb-blocks-drain").waitFor();
    await window.tree.getByText("Node drain", { exact: true }).waitFor();
    await window.picture("branch-marked");
    await view.getByRole("button", { name: "Only New on This Branch" }).click();
    await window.tree.getByText("Node drain", { exact: true }).waitFor({ state: "hidden" });
    await window.tree.getByText("new · PodDisruptionBudget cart · pdb-blocks-drain").waitFor();
    await window.picture("branch-only-new");
    await view.getByRole("button", { name: "Show Everything" }).click();
    await window.tree.getByText("Node drain", { exact: true }).waitFor();
  },

  "the title of Source Control fixes what changed, and one undo takes it back": async ({
    window,
    workspace,
  }) => {
    const path = join(workspace, "branch/cart.yaml");
    const before = await readFile(path, "utf8");
    await window.press("ControlOrMeta+Shift+g");
    const title = window.locator(".part.sidebar");
    await title.getByRole("button", { name: "Check Changes Against…" }).first().waitFor();
    await window.picture("branch-scm");
    await title.getByRole("button", { name: "Fix All in Changed Files" }).first().click();
    await window.locator(".monaco-editor .view-line").getByText("maxUnavailable: 1").first().waitFor();
    await window.runCommand("Notifications: Show Notifications");
    const notice = window.locator(".notifications-center");
    await notice.getByText("Fixed 3 problems in 3 files.").waitFor();
    await window.picture("branch-fixed");
    assert.match(await readFile(path, "utf8"), /maxUnavailable: 1/);
    await notice.getByRole("button", { name: "Show Changes" }).click();
    await window.editorTabs.getByText("Fixes of Nines").waitFor();
    await window.picture("branch-changes");
    await window.openFile("branch/cart.yaml");
    await window.locator(".part.editor .view-line").first().click();
    await window.press("ControlOrMeta+z");
    await window.locator(".tab.active.dirty").waitFor();
    await window.runCommand("File: Save All");
    await window.locator(".tab.active:not(.dirty)").waitFor();
    assert.equal(await readFile(path, "utf8"), before);
    assert.match(await readFile(join(workspace, "branch/refund.yaml"), "utf8"), /htpp/);
    await window.runCommand("Nines: Stop Comparing with a Base");
    await window.runCommand("View: Close All Editors");
    await window.runCommand("View: Show Explorer");
  },
};
