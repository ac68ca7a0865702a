import type { FromPage, PageState, ToPage } from "../../src/timeline/messages.ts";
import { Page } from "./page.ts";

/** What VS Code gives a page, once. */
declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): PageState | undefined;
  setState(state: PageState): void;
};

const STEP = 1.5;
const MOST = 12;

const vscode = acquireVsCodeApi();
const page = new Page((place) => vscode.postMessage({ type: "open", place }));

window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  switch (data.type) {
    case "view":
      vscode.setState({ plan: data.view.plan, zoom: page.zoom });
      page.show(data.view);
      break;
    case "gone":
      page.showNothing(data.text);
      break;
    case "reveal":
      page.reveal(data.section);
      break;
  }
});

/** Makes pictures wider or narrower, never narrower than the page. */
function zoom(to: number): void {
  page.zoom = Math.min(MOST, Math.max(1, to));
  const state = vscode.getState();
  if (state !== undefined) vscode.setState({ ...state, zoom: page.zoom });
}

const ACTIONS: Readonly<Record<string, () => void>> = {
  "zoom-in": () => zoom(page.zoom * STEP),
  "zoom-out": () => zoom(page.zoom / STEP),
  "zoom-fit": () => zoom(1),
  "export-svg": () => vscode.postMessage({ type: "export", format: "svg" }),
  "export-markdown": () => vscode.postMessage({ type: "export", format: "markdown" }),
};
for (const [id, action] of Object.entries(ACTIONS))
  document.getElementById(id)?.addEventListener("click", action);

const KEYS: Readonly<Record<string, string>> = {
  "+": "zoom-in",
  "=": "zoom-in",
  "-": "zoom-out",
  "0": "zoom-fit",
};
document.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey }) => {
  if (!ctrlKey && !metaKey && !altKey) ACTIONS[KEYS[key] ?? ""]?.();
});

page.zoom = vscode.getState()?.zoom ?? 1;
vscode.postMessage({ type: "ready" });
