import { l10n, window } from "vscode";
import type { Command } from "./index.ts";

/** A workload's place in its manifest. */
interface Target {
  readonly uri: string;
  readonly position: { readonly line: number; readonly character: number };
}

/** Shows the workload at a place, else the one at the cursor, in the Availability view; without one, the view itself. */
export const showAvailability: Command = {
  id: "nines.showAvailability",
  async run({ availability }, argument) {
    const given = argument as Target | undefined; // from a code lens
    const target = given ?? atCursor();
    if (target !== undefined && (await availability.reveal(target.uri, target.position))) return;
    await availability.focus();
    // Not awaited: the command is done when the message is there, not when somebody has closed it.
    if (given !== undefined)
      void window.showInformationMessage(l10n.t("The workload is not in the Availability view any more."));
  },
};

function atCursor(): Target | undefined {
  const editor = window.activeTextEditor;
  if (editor === undefined) return undefined;
  return { uri: editor.document.uri.toString(), position: editor.selection.active };
}
