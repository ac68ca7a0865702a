import { l10n, window } from "vscode";
import { listIntroduced } from "../branch/list-introduced.ts";
import type { Command } from "./index.ts";

/** Lists what is new since the base. */
export const showIntroduced: Command = {
  id: "nines.showIntroduced",
  async run({ branch }) {
    if (await listIntroduced(branch)) return;
    void window.showInformationMessage(
      branch.comparison === undefined
        ? l10n.t("Nothing is compared yet. Run “Nines: Check Changes Against…” and choose a base.")
        : l10n.t("Nothing that was found is new since {0}.", branch.comparison.label),
    );
  },
};

/** Leaves only what is new since the base in the Availability view. */
export const showOnlyNew: Command = {
  id: "nines.showOnlyNew",
  run: ({ availability }) => availability.showOnlyNew(true),
};

/** Shows everything in the Availability view again. */
export const showEverything: Command = {
  id: "nines.showEverything",
  run: ({ availability }) => availability.showOnlyNew(false),
};

/** Compares with nothing any more. */
export const stopComparing: Command = {
  id: "nines.stopComparing",
  run: ({ branch }) => branch.forget(),
};
