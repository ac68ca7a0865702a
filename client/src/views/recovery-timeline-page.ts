import { randomBytes } from "node:crypto";
import { env, l10n, Uri, type Webview } from "vscode";

/** Where the build puts the page's script and style. */
export function pageFolder(extension: Uri): Uri {
  return Uri.joinPath(extension, "client", "webview", "dist");
}

/**
 * The page of the timeline panel. It may load its own script and style, and nothing else: no inline scripts or styles, no
 * pictures, no network.
 */
export function pageOf(webview: Webview, extension: Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const file = (name: string) => webview.asWebviewUri(Uri.joinPath(pageFolder(extension), name)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  const button = (id: string, label: string, title: string) =>
    `<button type="button" id="${id}" title="${escaped(title)}" aria-label="${escaped(title)}">${escaped(label)}</button>`;
  return `<!DOCTYPE html>
<html lang="${escaped(env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escaped(file("recovery-timeline-style.css"))}">
<title>${escaped(l10n.t("Recovery Timeline"))}</title>
</head>
<body>
<header>
<h1 id="title">${escaped(l10n.t("Recovery Timeline"))}</h1>
<div class="toolbar" role="toolbar" aria-label="${escaped(l10n.t("Pictures"))}">
${button("zoom-out", "−", l10n.t("Zoom out (-)"))}
${button("zoom-fit", l10n.t("Fit"), l10n.t("Fit to the panel (0)"))}
${button("zoom-in", "+", l10n.t("Zoom in (+)"))}
${button("export-svg", "SVG…", l10n.t("Save as SVG…"))}
${button("export-markdown", "Markdown…", l10n.t("Save or copy as Markdown…"))}
</div>
</header>
<p id="status" class="hidden" role="status"></p>
<main id="content"></main>
<script nonce="${nonce}" src="${escaped(file("recovery-timeline.js"))}"></script>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
}
