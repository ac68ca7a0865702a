import { l10n, window } from "vscode";
import { isTrusted } from "../shift/cluster-link.ts";
import { chooseJournal } from "../shift/unfinished.ts";
import type { Command } from "./index.ts";

/** Gives up the way back of a completed shift; its panel shows the commands that take the old side away. */
export const retireShift: Command = {
  id: "nines.retireShift",
  async run({ client, link, shifts }) {
    if (!(await isTrusted()) || (await link.ensure()) === undefined) return;
    const choice = await chooseJournal(
      client,
      ({ completed }) => completed,
      l10n.t("Which completed shift is never to be rolled back?"),
      l10n.t("No shift of this machine is completed and can still be rolled back."),
    );
    if (choice === undefined) return;
    const yes = l10n.t("Give Up the Way Back");
    const answer = await window.showWarningMessage(
      l10n.t("Give up the way back of {0} in {1}?", choice.title, choice.contexts.join(", ")),
      {
        modal: true,
        detail: l10n.t(
          "Nothing is written to the cluster. The panel then shows the commands that take the old destination out of the route.",
        ),
      },
      yes,
    );
    if (answer !== yes) return;
    const panel = await shifts.resume(choice.id);
    await panel?.wish("retire");
  },
};
