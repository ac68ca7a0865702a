import { l10n, window } from "vscode";
import type { ExportFormat } from "../timeline/messages.ts";
import type { Command } from "./index.ts";

export const exportRecoveryTimelineSvg = exporting("nines.exportRecoveryTimelineSvg", "svg");
export const exportRecoveryTimelineMarkdown = exporting("nines.exportRecoveryTimelineMarkdown", "markdown");

/** Saves the timeline in front. */
function exporting(id: string, format: ExportFormat): Command {
  return {
    id,
    async run({ timelines }) {
      if (await timelines.exportActive(format)) return;
      void window.showInformationMessage(
        l10n.t("Open a recovery timeline first: what it shows is what is saved."),
      );
    },
  };
}
