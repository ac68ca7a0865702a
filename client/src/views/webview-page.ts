import { randomBytes } from "node:crypto";
import { env, Uri, type Webview } from "vscode";

/** Where the build puts the scripts and styles of pages. */
export function pageFolder(extension: Uri): Uri {
  return Uri.joinPath(extension, "client", "webview", "dist");
}

/** What makes one page different from another. */
export interface PageParts {
  /** Name of its script, and of its style with `-style` behind it. */
  readonly name: string;
  readonly title: string;
  /** Markup of the body; whatever comes from elsewhere in it is escaped. */
  readonly body: string;
}

/**
 * A panel's page. It may load its own script and style, and nothing else: no inline scripts or styles, no pictures, no
 * network.
 */
export function webviewPage(webview: Webview, extension: Uri, { name, title, body }: PageParts): string {
  const nonce = randomBytes(16).toString("base64");
  const file = (path: string) =>
    escaped(webview.asWebviewUri(Uri.joinPath(pageFolder(extension), path)).toString());
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${escaped(env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${file(`${name}-style.css`)}">
<title>${escaped(title)}</title>
</head>
<body>
${body}
<script nonce="${nonce}" src="${file(`${name}.js`)}"></script>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** A text as it may stand in markup. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
}
