import { t } from "../../model/message.ts";
import type { Journal } from "../../traffic/shift/journal.ts";
import type { Shift } from "../../traffic/shift/shift.ts";
import { productionName } from "../../traffic/shift/view.ts";
import { UsageError } from "../errors.ts";
import type { Terminal } from "../output/terminal.ts";
import type { Clusters } from "./clusters.ts";
import type { ShiftOptions } from "./options.ts";
import { saying } from "./print.ts";
import { ask, isInteractive } from "./prompt.ts";

/** A production context's name has to be typed; `--yes` alone is not enough for it. @throws UsageError */
export async function isConfirmed(shift: Shift, options: ShiftOptions, terminal: Terminal): Promise<boolean> {
  return confirm(productionName(shift.view.members) ?? "", options, terminal);
}

async function confirm(name: string, options: ShiftOptions, terminal: Terminal): Promise<boolean> {
  const say = saying(terminal);
  if (name !== "" && options.confirm !== undefined) {
    if (options.confirm === name) return true;
    throw new UsageError(
      t("--confirm says “{given}”, but what would be written to is “{name}”. Nothing was written.", {
        given: options.confirm,
        name,
      }),
    );
  }
  if (options.yes && name === "") return true;
  if (!isInteractive())
    throw new UsageError(
      name === ""
        ? t("There is nobody to ask. Add --yes to apply what the preview shows.")
        : t("{name} is a production context. --yes is not enough for it: add --confirm {name}.", { name }),
    );
  const expected = name === "" ? "yes" : name;
  const answer = await ask(
    `${say(t("Type “{word}” to apply, anything else to cancel:", { word: expected }))} `,
  );
  return answer === expected;
}

/** Going on and going back write too. @throws UsageError */
export async function confirmAgain(
  journal: Journal,
  options: ShiftOptions,
  terminal: Terminal,
  clusters: Clusters,
): Promise<void> {
  const production = productionName(
    journal.members.map(({ context }) => ({ context, production: clusters.isProduction(context) })),
  );
  if (!(await confirm(production ?? "", options, terminal)))
    throw new UsageError(t("Cancelled. Nothing was written."));
}
