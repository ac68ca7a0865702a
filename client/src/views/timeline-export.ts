import { env, l10n, Uri, window, workspace } from "vscode";
import type { RecoveryView } from "../../../server/src/server/protocol.ts";
import { markdownOf } from "../timeline/markdown.ts";
import type { ExportFormat } from "../timeline/messages.ts";
import { svgOf } from "../timeline/svg.ts";

/** Saves a view as a file that the user names; Markdown can go to the clipboard as well. */
export async function exportTimeline(view: RecoveryView, format: ExportFormat): Promise<void> {
  if (format === "svg") {
    await save(view, "svg", svgOf(view));
    return;
  }
  const text = markdownOf(
    view,
    ({ uri, range }) => `${workspace.asRelativePath(Uri.parse(uri))}:${range.start.line + 1}`,
  );
  const [toFile, toClipboard] = [l10n.t("Save to a File…"), l10n.t("Copy to the Clipboard")];
  const placeHolder = l10n.t("Where is the Markdown to go?");
  const chosen = await window.showQuickPick([toClipboard, toFile], { placeHolder });
  if (chosen === toFile) await save(view, "md", text);
  if (chosen !== toClipboard) return;
  await env.clipboard.writeText(text);
  void window.showInformationMessage(l10n.t("The timeline is in the clipboard, as Markdown."));
}

async function save({ plan }: RecoveryView, extension: "svg" | "md", text: string): Promise<void> {
  const name = plan.name.replace(/[^\w.-]+/g, "-") || "plan";
  const defaultUri = Uri.joinPath(Uri.parse(plan.uri), "..", `${name}-recovery.${extension}`);
  const filters = extension === "svg" ? { SVG: ["svg"] } : { Markdown: ["md"] };
  const target = await window.showSaveDialog({ defaultUri, filters });
  if (target === undefined) return;
  try {
    await workspace.fs.writeFile(target, new TextEncoder().encode(text));
  } catch (error) {
    await window.showErrorMessage(
      l10n.t(
        "{0} could not be written: {1}. Choose another place.",
        workspace.asRelativePath(target),
        error instanceof Error ? error.message : String(error),
      ),
    );
  }
}
