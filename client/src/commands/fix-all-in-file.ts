import { commands, l10n, window } from "vscode";
import type { Command } from "./index.ts";

/** Applies every safe fix of the file in the editor. */
export const fixAllInFile: Command = {
  id: "nines.fixAllInFile",
  async run() {
    if (window.activeTextEditor === undefined) {
      await window.showInformationMessage(l10n.t("Open the file that is to be fixed first."));
      return;
    }
    await commands.executeCommand("editor.action.sourceAction", {
      kind: "source.fixAll.nines",
      apply: "first",
    });
  },
};
