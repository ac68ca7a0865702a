import { l10n, type Uri, type Webview } from "vscode";
import { escaped, webviewPage } from "./webview-page.ts";

/** The page of the timeline panel: its tools; the content comes from its script. */
export function pageOf(webview: Webview, extension: Uri): string {
  const title = l10n.t("Recovery Timeline");
  const button = (id: string, label: string, what: string) =>
    `<button type="button" id="${id}" title="${escaped(what)}" aria-label="${escaped(what)}">${escaped(label)}</button>`;
  const body = `<header>
<h1 id="title">${escaped(title)}</h1>
<div class="toolbar" role="toolbar" aria-label="${escaped(l10n.t("Pictures"))}">
${button("zoom-out", "−", l10n.t("Zoom out (-)"))}
${button("zoom-fit", l10n.t("Fit"), l10n.t("Fit to the panel (0)"))}
${button("zoom-in", "+", l10n.t("Zoom in (+)"))}
${button("export-svg", "SVG…", l10n.t("Save as SVG…"))}
${button("export-markdown", "Markdown…", l10n.t("Save or copy as Markdown…"))}
</div>
</header>
<p id="status" class="hidden" role="status"></p>
<main id="content"></main>`;
  return webviewPage(webview, extension, { name: "recovery-timeline", title, body });
}
