import type { FromPage, ToPage } from "../../src/shift/messages.ts";
import { Page } from "./page.ts";

/** What VS Code gives a page, once. */
declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

const vscode = acquireVsCodeApi();
const page = new Page((message) => vscode.postMessage(message));

window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  if (data.type === "page") page.show(data.page, data.words);
  else page.showGone(data.text);
});

vscode.postMessage({ type: "ready" });
