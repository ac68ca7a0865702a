import { l10n } from "vscode";
import { chooseDrill } from "../shift/choose-drill.ts";
import type { Command } from "./index.ts";
import { askAndPreview, targetOf } from "./shift-flow.ts";

/** Fails requests on purpose for a short time, fails over, measures, and puts everything back. */
export const failoverDrill: Command = {
  id: "nines.failoverDrill",
  run: (context, argument) =>
    askAndPreview(context, l10n.t("Failover drill"), (choosing) => chooseDrill(choosing, targetOf(argument))),
};
