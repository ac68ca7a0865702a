import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Window } from "./e2e-page.ts";

const FILE = "availability/web.yaml";

/** The part of the story in which a workload's guarantees are looked at. */
export const guarantees: Record<string, (scene: { window: Window; workspace: string }) => Promise<void>> = {
  "a click on the workload's lens shows what is guaranteed to it": async ({ window }) => {
    await window.openFile(FILE);
    await window.lenses.getByText("3 replicas").click();
    await window.tree.getByText("till", { exact: true }).waitFor();
    await window.tree.getByText("not guaranteed, 0 of 3 may be left", { exact: false }).waitFor();
    await window.tree.getByText("Required anti-affinity lets no two of them share a domain").waitFor();
    await window.tree.getByText("pdb-blocks-drain").waitFor();
    await window.picture("availability");
  },

  "an edit reaches the rows, and what was open stays open": async ({ window, workspace }) => {
    const path = join(workspace, FILE);
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace("replicas: 3", "replicas: 5"));
    await window.tree.getByText("not guaranteed, 0 of 5 may be left", { exact: false }).waitFor();
    await window.tree.getByText("4 of 5 stay", { exact: false }).first().waitFor();
    await window.picture("availability-edited");
    await writeFile(path, text);
    await window.tree.getByText("not guaranteed, 0 of 3 may be left", { exact: false }).waitFor();
  },

  "hovering over a workload tells all four guarantees": async ({ window }) => {
    await window.tree.getByText("till", { exact: true }).hover();
    const hover = window.locator(".monaco-hover:visible");
    await hover.getByText("Zone loss").waitFor();
    await window.picture("availability-hover");
    await window.press("Escape");
    await window.runCommand("View: Show Explorer");
  },
};
