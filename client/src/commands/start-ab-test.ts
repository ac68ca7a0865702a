import { l10n } from "vscode";
import { chooseAbTest } from "../shift/choose-ab.ts";
import type { Command } from "./index.ts";
import { askAndPreview, targetOf } from "./shift-flow.ts";

/** Puts header routes in front of a route, after a preview. A rollback takes them away. */
export const startAbTest: Command = {
  id: "nines.startAbTest",
  run: (context, argument) =>
    askAndPreview(context, l10n.t("A/B test"), (choosing) => chooseAbTest(choosing, targetOf(argument))),
};
