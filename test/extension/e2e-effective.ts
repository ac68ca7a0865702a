import type { Window } from "./e2e-page.ts";

const FILE = "effective/web.yaml";

/** The part of the story in which the editor tells what values come to. */
export const effectiveValues: Record<string, (scene: { window: Window }) => Promise<void>> = {
  "hints and lenses say what values come to": async ({ window }) => {
    await window.openFile(FILE);
    await window.hints.getByText("= 3–10, HPA shop").waitFor();
    await window.hints.getByText("≤ 16 s").waitFor();
    await window.lenses
      .getByText("3–10 replicas (HPA shop) · PDB minAvailable 51% · spread over zones")
      .waitFor();
    await window.picture("effective");
  },

  "hovering tells the sentence behind it": async ({ window }) => {
    await window.locator(".monaco-editor .view-line").getByText("maxUnavailable", { exact: true }).hover();
    const hover = window.locator(".monaco-hover:visible");
    await hover.getByText("0 unavailable, surge 1").first().waitFor();
    await window.picture("effective-hover");
    await window.press("Escape");
  },
};
